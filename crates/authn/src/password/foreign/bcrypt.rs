//! `$2a$`, `$2b$`, `$2y$`.

use super::{cap, outdated};
use crate::password::{HashKind, PasswordError, Verification};
use std::str::FromStr;

/// The most rounds, as a power of two: about a second of work.
const MAX_COST: u32 = 14;

/// What bcrypt looks at; the rest of a password is nothing to it.
const MAX_PASSWORD: usize = 72;

pub(in crate::password) struct Bcrypt<'a>(&'a str);

impl<'a> Bcrypt<'a> {
    pub(super) fn parse(stored: &'a str) -> Result<Self, PasswordError> {
        // `$2x$` marks hashes of an implementation that confused passwords beyond ASCII.
        if !["$2a$", "$2b$", "$2y$"].iter().any(|kind| stored.starts_with(kind)) {
            return Err(PasswordError::MalformedHash);
        }
        let digits = stored.get(4..6).filter(|cost| cost.bytes().all(|byte| byte.is_ascii_digit()));
        let parts = ::bcrypt::HashParts::from_str(stored).ok().filter(|_| digits.is_some());
        let cost = parts.ok_or(PasswordError::MalformedHash)?.get_cost();
        cap(HashKind::Bcrypt, cost.into(), MAX_COST.into())?;
        if cost < 4 {
            return Err(PasswordError::MalformedHash);
        }
        Ok(Self(stored))
    }

    /// A password of more than 72 bytes is compared by its first 72, as it was when the hash was made. It then counts as
    /// up to date: what follows may be mistyped, and a new hash would make the slip the password.
    ///
    /// A NUL ends the password in some implementations and repeats it in others: no password with one matches.
    pub(super) fn verify(&self, password: &[u8]) -> Result<Verification, PasswordError> {
        let matches = ::bcrypt::verify(password, self.0).map_err(|_| PasswordError::MalformedHash)?;
        Ok(match (matches && !password.contains(&0), password.len() > MAX_PASSWORD) {
            (true, true) => Verification::Match,
            (matches, _) => outdated(matches),
        })
    }
}
