//! What opens a stored ring.

use super::{Lock, SealedRingError};
use crate::kdf::{PasswordKdf, SALT_LEN};
use crate::ring::key;
use crate::ring::wrap::{KeyWrapper, MAX_WRAPPED_LEN, WrapError};
use std::sync::Arc;
use stockade_core::{Entropy, Secret};

/// What seals a stored ring and opens it again.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Unlock {
    /// A password. The cost is the one for sealing; opening takes the cost that the file names, within bounds.
    Passphrase(Secret<String>, PasswordKdf),
    /// Something that keeps a key elsewhere, such as a KMS.
    Wrapper(Arc<dyn KeyWrapper>),
}

impl Unlock {
    /// A password, at the default cost.
    #[must_use]
    pub fn passphrase(passphrase: Secret<String>) -> Self {
        Self::Passphrase(passphrase, PasswordKdf::default())
    }

    /// A wrapper.
    pub fn wrapper(wrapper: impl KeyWrapper + 'static) -> Self {
        Self::Wrapper(Arc::new(wrapper))
    }

    /// A new secret, and how it is had again.
    pub(super) fn fresh(&self, entropy: &dyn Entropy) -> Result<(Secret<[u8; 32]>, Lock), SealedRingError> {
        match self {
            Self::Passphrase(password, kdf) => {
                let mut salt = [0; SALT_LEN];
                entropy.fill(&mut salt)?;
                Ok((kdf.derive(password, &salt)?, Lock::Password { kdf: *kdf, salt }))
            }
            Self::Wrapper(wrapper) => {
                let secret = key::draw(entropy)?;
                let name = wrapper.name().parse()?;
                let wrapped = wrapper.wrap(&secret)?;
                if wrapped.is_empty() || wrapped.len() > MAX_WRAPPED_LEN {
                    return Err(WrapError::Size { len: wrapped.len() }.into());
                }
                Ok((secret, Lock::Wrapper { name, wrapped }))
            }
        }
    }

    /// The secret that belongs to `lock`.
    pub(super) fn again(&self, lock: &Lock) -> Result<Secret<[u8; 32]>, SealedRingError> {
        let other = |wanted: String, offered| Err(SealedRingError::OtherLock { wanted, offered });
        match (self, lock) {
            (Self::Passphrase(password, _), Lock::Password { kdf, salt }) => Ok(kdf.derive(password, salt)?),
            (Self::Wrapper(wrapper), Lock::Wrapper { name, wrapped }) if wrapper.name() == name.as_str() => {
                Ok(wrapper.unwrap(wrapped)?)
            }
            (Self::Passphrase(..), Lock::Wrapper { name, .. }) => other(name.to_string(), "a password"),
            (Self::Wrapper(_), Lock::Wrapper { name, .. }) => other(name.to_string(), "another wrapper"),
            (Self::Wrapper(_), Lock::Password { kdf, .. }) => other(kdf.to_string(), "a wrapper"),
        }
    }
}
