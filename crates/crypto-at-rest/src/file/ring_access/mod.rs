//! Files for the keys of a ring, each bound to a context: stanza `stockade.ring/v1`.

mod context;
#[cfg(test)]
mod tests;

pub use context::FileContext;

use super::file_key::FileKey;
use super::header::{HeaderError, Stanza};
use super::recipient::{Identity, Recipient, Unwrapped};
use super::wrap::{self, Committed};
use crate::ring::{KeyId, Keys, RingKey};
use base64ct::{Base64Unpadded, Encoding};
use stockade_core::Entropy;

pub(super) const KIND: &str = "stockade.ring/v1";
/// Octets of the salt: so many that two files never share a wrapping key, however many one ring key seals.
const SALT_LEN: usize = 32;

/// The keys of a ring for files of one context: seals with the active key, opens with any that the ring still has.
///
/// After a rotation new files get the new key at once; [`rewrap`](super::rewrap()) moves old ones over without touching their
/// payload. Destroying a key makes the files still under it unreadable for good.
#[derive(Debug, Clone)]
pub struct RingAccess {
    keys: Keys,
    context: FileContext,
}

impl RingAccess {
    /// Access through `keys`, which are read anew each time, to files of `context`.
    #[must_use]
    pub fn new(keys: Keys, context: FileContext) -> Self {
        Self { keys, context }
    }

    fn committed(&self, key: &RingKey, salt: &[u8; SALT_LEN]) -> Committed {
        let id = key.id().as_u32().to_be_bytes();
        let info = [KIND.as_bytes(), b"\0", &id, &self.context.to_bytes()].concat();
        Committed::derive(salt, key.wrapping_key(), &info)
    }

    fn wrap_with(&self, key: &RingKey, salt: &[u8; SALT_LEN], file_key: &FileKey) -> Stanza {
        let args = vec![key.id().to_string(), Base64Unpadded::encode_string(salt)];
        Stanza::known(KIND, args, self.committed(key, salt).wrap(file_key))
    }
}

impl Recipient for RingAccess {
    fn wrap(&self, key: &FileKey, entropy: &dyn Entropy) -> Result<Vec<Stanza>, HeaderError> {
        let mut salt = [0; SALT_LEN];
        entropy.fill(&mut salt)?;
        Ok(vec![self.wrap_with(self.keys.load().active(), &salt, key)])
    }
}

impl Identity for RingAccess {
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Unwrapped, HeaderError> {
        let ring = self.keys.load();
        let mut found = Unwrapped::NotMine;
        for stanza in stanzas.iter().filter(|stanza| stanza.kind() == KIND) {
            let (id, salt) = arguments(stanza)?;
            let body = wrap::body(KIND, stanza.body())?;
            match ring.key(id) {
                Ok(key) => {
                    if let Some(key) = self.committed(key, &salt).unwrap(body) {
                        return Ok(Unwrapped::Opened(key));
                    }
                }
                Err(error) => found = Unwrapped::NoKey(error),
            }
        }
        Ok(found)
    }
}

/// The key id and the salt of a stanza of this type.
pub(super) fn arguments(stanza: &Stanza) -> Result<(KeyId, [u8; SALT_LEN]), HeaderError> {
    let bad = |what| HeaderError::BadStanza { kind: KIND, what };
    let [id, salt] = stanza.args() else { return Err(bad("has other than two arguments")) };
    let id = id.parse().map_err(|_| bad("the key id is no canonical decimal"))?;
    let salt = wrap::bytes(salt).ok_or(bad("the salt is not 32 bytes in canonical base64"))?;
    Ok((id, salt))
}
