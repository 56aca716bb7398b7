//! What a walk is called.

use std::fmt;
use std::str::FromStr;

/// The name of a walk, under which its progress is kept: 1 to 128 visible ASCII characters.
///
/// Each rotation of each table has a name of its own, best made of the table and the key that it moves to: a walk that has finished
/// under its name does nothing more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WalkName(Box<str>);

impl WalkName {
    /// The most characters.
    pub const MAX_LEN: usize = 128;

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WalkName {
    type Err = InvalidWalkName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=Self::MAX_LEN).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(text.into())) } else { Err(InvalidWalkName) }
    }
}

impl fmt::Display for WalkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// No walk can have this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name of a walk has 1 to {} visible ASCII characters", WalkName::MAX_LEN)]
pub struct InvalidWalkName;
