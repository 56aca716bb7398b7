//! What a secret with a prefix is made of.

use super::class::Class;
use crate::Kind;

/// A secret with a prefix.
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) prefix: &'static str,
    /// What follows the prefix.
    pub(super) parts: &'static [Part],
    pub(super) check: Check,
}

/// A piece of a secret.
pub(super) enum Part {
    /// So many characters of a class, as many as there are.
    Run(Class, usize, usize),
    /// Exactly this.
    Text(&'static str),
}

/// What a secret ends with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Check {
    None,
    /// CRC-32 of what stands between the prefix and it, in six characters of base 62 (GitHub 2021, npm 2021).
    Crc32Base62,
}

pub(super) const fn token(kind: &'static str, prefix: &'static str, parts: &'static [Part]) -> Token {
    Token { kind: Kind::new(kind), prefix, parts, check: Check::None }
}

pub(super) const fn checked(kind: &'static str, prefix: &'static str, parts: &'static [Part]) -> Token {
    Token { kind: Kind::new(kind), prefix, parts, check: Check::Crc32Base62 }
}

pub(super) const fn exactly(class: Class, len: usize) -> Part {
    Part::Run(class, len, len)
}
