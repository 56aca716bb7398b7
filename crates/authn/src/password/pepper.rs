//! A secret beside the password, kept away from the database.

use super::PasswordError;
use std::fmt;
use stockade_core::Secret;

/// Which pepper a hash was made with; stands in the PHC string as `keyid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PepperId(pub u32);

/// The peppers in use: Argon2's own secret input `K` (RFC 9106 §3.1).
///
/// New hashes take the current one. Older ones stay until no hash names them; a login with an older one re-hashes. Losing a
/// pepper locks out everybody whose hash names it.
#[derive(Clone, Default)]
pub struct Peppers {
    current: Option<(PepperId, Secret<[u8; 32]>)>,
    older: Vec<(PepperId, Secret<[u8; 32]>)>,
}

impl Peppers {
    /// No pepper: hashes depend on the password and its salt alone.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// New hashes take `pepper`, 32 bytes from a secure generator.
    #[must_use]
    pub fn new(id: PepperId, pepper: Secret<[u8; 32]>) -> Self {
        Self { current: Some((id, pepper)), older: Vec::new() }
    }

    /// Hashes that name `id` still verify, and are renewed at the next login.
    #[must_use]
    pub fn with_older(mut self, id: PepperId, pepper: Secret<[u8; 32]>) -> Self {
        self.older.push((id, pepper));
        self
    }

    pub(super) fn current(&self) -> Option<(PepperId, &[u8; 32])> {
        self.current.as_ref().map(|(id, pepper)| (*id, pepper.expose()))
    }

    pub(super) fn named(&self, keyid: &[u8]) -> Result<Option<(PepperId, &[u8; 32])>, PasswordError> {
        if keyid.is_empty() {
            return Ok(None);
        }
        let id = keyid.try_into().map(u32::from_be_bytes).map_err(|_| PasswordError::UnknownPepper)?;
        self.by_id(PepperId(id)).map(|pepper| Some((PepperId(id), pepper)))
    }

    pub(super) fn by_id(&self, id: PepperId) -> Result<&[u8; 32], PasswordError> {
        let found = self.current.iter().chain(&self.older).find(|(known, _)| *known == id);
        found.map(|(_, pepper)| pepper.expose()).ok_or(PasswordError::UnknownPepper)
    }
}

impl fmt::Debug for Peppers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.current.iter().chain(&self.older).map(|(id, _)| id).collect();
        f.debug_struct("Peppers").field("ids", &ids).finish_non_exhaustive()
    }
}
