//! Hashes that other systems made, verified until their next login.

mod bcrypt;
mod pbkdf2;
mod scrypt;
#[cfg(test)]
mod tests;
mod text;

use self::bcrypt::Bcrypt;
use self::pbkdf2::Pbkdf2;
use self::scrypt::Scrypt;
use super::{HashKind, PasswordError, Verification};

/// A stored hash of another kind than ours, within the caps of its kind.
pub(super) enum ForeignHash<'a> {
    Bcrypt(Bcrypt<'a>),
    Pbkdf2(Pbkdf2),
    Scrypt(Scrypt),
}

impl<'a> ForeignHash<'a> {
    /// Reads `stored`, which is of `kind`. Costs no hash.
    pub(super) fn parse(kind: HashKind, stored: &'a str) -> Result<Self, PasswordError> {
        Ok(match kind {
            HashKind::Bcrypt => Self::Bcrypt(Bcrypt::parse(stored)?),
            HashKind::Pbkdf2 => Self::Pbkdf2(Pbkdf2::parse(stored)?),
            HashKind::Scrypt => Self::Scrypt(Scrypt::parse(stored)?),
            HashKind::Argon2id => return Err(PasswordError::MalformedHash),
        })
    }

    pub(super) fn verify(&self, password: &[u8]) -> Result<Verification, PasswordError> {
        match self {
            Self::Bcrypt(hash) => hash.verify(password),
            Self::Pbkdf2(hash) => Ok(hash.verify(password)),
            Self::Scrypt(hash) => hash.verify(password),
        }
    }
}

/// The right password of a foreign hash is a reason to make one of ours.
fn outdated(matches: bool) -> Verification {
    if matches { Verification::MatchOutdated } else { Verification::Mismatch }
}

/// Refuses work of more than `max`, in the unit of its kind.
fn cap(kind: HashKind, work: u64, max: u64) -> Result<(), PasswordError> {
    if work > max {
        return Err(PasswordError::CostlyForeignHash { kind, work, max });
    }
    Ok(())
}
