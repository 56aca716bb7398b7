//! A secret beside the password, kept away from the database.

use super::PasswordError;
use std::fmt;
use stockade_core::Secret;

/// Which pepper a hash was made with; stands in the PHC string as `keyid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PepperId(pub u32);

/// The peppers in use: Argon2's own secret input `K` (RFC 9106 §3.1). At most [`MAX`](Self::MAX) of them, each under an id of
/// its own.
///
/// New hashes take the current one. Older ones stay until no hash names them: a login with an older one renews its hash, and
/// ends no session. [`HashCensus`](super::HashCensus) counts how many are left. Losing a pepper locks out everybody whose
/// hash names it.
///
/// ```
/// use stockade_authn::password::{PepperId, Peppers};
/// use stockade_core::Secret;
///
/// let of_last_year = Peppers::new(PepperId(1), Secret::new([1; 32]));
/// let peppers = of_last_year.rotated(PepperId(2), Secret::new([2; 32]))?;
/// assert!(peppers.rotated(PepperId(1), Secret::new([3; 32])).is_err(), "hashes name the first one so");
/// # Ok::<(), stockade_authn::password::PepperRingError>(())
/// ```
#[derive(Clone, Default)]
pub struct Peppers {
    current: Option<(PepperId, Secret<[u8; 32]>)>,
    older: Vec<(PepperId, Secret<[u8; 32]>)>,
}

/// A pepper cannot join the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PepperRingError {
    /// Another one has its id: a hash that names it would be compared under either.
    #[error("there is another pepper with the id {}", .0.0)]
    DuplicateId(PepperId),
    /// There are as many as there may be.
    #[error("there are more than {max} peppers")]
    TooMany {
        /// The most.
        max: usize,
    },
}

impl Peppers {
    /// The most peppers, the current one among them: one a quarter for four years.
    pub const MAX: usize = 16;

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
    ///
    /// # Errors
    /// The id is taken, or there are too many.
    pub fn with_older(mut self, id: PepperId, pepper: Secret<[u8; 32]>) -> Result<Self, PepperRingError> {
        if self.ids().any(|known| known == id) {
            return Err(PepperRingError::DuplicateId(id));
        }
        if self.ids().count() >= Self::MAX {
            return Err(PepperRingError::TooMany { max: Self::MAX });
        }
        self.older.push((id, pepper));
        Ok(self)
    }

    /// New hashes take `pepper`; the one that was current is an older one from now on.
    ///
    /// # Errors
    /// The id is taken, or there are too many.
    pub fn rotated(self, id: PepperId, pepper: Secret<[u8; 32]>) -> Result<Self, PepperRingError> {
        let Self { current, older } = self;
        current
            .into_iter()
            .chain(older)
            .try_fold(Self::new(id, pepper), |ring, (id, pepper)| ring.with_older(id, pepper))
    }

    /// Their ids, that of the current one first if there is one.
    pub fn ids(&self) -> impl Iterator<Item = PepperId> {
        self.current.iter().chain(&self.older).map(|(id, _)| *id)
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
        f.debug_struct("Peppers").field("ids", &self.ids().collect::<Vec<_>>()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pepper(byte: u8) -> Secret<[u8; 32]> {
        Secret::new([byte; 32])
    }

    #[test]
    fn confusion_of_two_peppers_under_one_id_is_refused() {
        let one = || Peppers::new(PepperId(1), pepper(1));
        let duplicate = Err(PepperRingError::DuplicateId(PepperId(1)));
        assert_eq!(one().with_older(PepperId(1), pepper(2)).map(drop), duplicate);
        assert_eq!(one().rotated(PepperId(1), pepper(2)).map(drop), duplicate);
        let two = one().rotated(PepperId(2), pepper(2)).unwrap();
        assert_eq!(two.rotated(PepperId(1), pepper(3)).map(drop), duplicate);
    }

    #[test]
    fn flood_of_peppers_is_bounded() {
        let mut ring = Peppers::none();
        for id in 0..Peppers::MAX as u32 {
            ring = ring.rotated(PepperId(id), pepper(1)).unwrap();
        }
        assert_eq!(ring.ids().next(), Some(PepperId(Peppers::MAX as u32 - 1)));
        let too_many = PepperRingError::TooMany { max: Peppers::MAX };
        assert_eq!(ring.clone().rotated(PepperId(99), pepper(1)).unwrap_err(), too_many);
        assert_eq!(ring.with_older(PepperId(99), pepper(1)).unwrap_err(), too_many);
    }

    #[test]
    fn rotation_keeps_each_pepper_under_its_id() {
        let ring = Peppers::new(PepperId(1), pepper(1)).rotated(PepperId(2), pepper(2)).unwrap();
        assert_eq!(ring.current(), Some((PepperId(2), &[2; 32])));
        assert_eq!(ring.by_id(PepperId(1)), Ok(&[1; 32]));
        assert_eq!(ring.named(&1_u32.to_be_bytes()), Ok(Some((PepperId(1), &[1; 32]))));
        assert_eq!(ring.named(b"\0\0\x01"), Err(PasswordError::UnknownPepper));
    }
}
