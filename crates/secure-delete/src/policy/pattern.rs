//! What one pass writes.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What one pass writes over a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Pattern {
    /// The key stream of AES-256 in counter mode (FIPS 197, SP 800-38A), under a key of this pass alone: never a short buffer
    /// again and again, so that a drive that compresses or deduplicates has nothing to save.
    Random,
    /// One byte throughout. A drive may store this as a note instead of as data.
    Byte(u8),
    /// The complement of each bit that the pass before wrote; as the first pass, of zeros.
    Complement,
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Random => f.write_str("random"),
            Self::Byte(byte) => write!(f, "0x{byte:02x}"),
            Self::Complement => f.write_str("complement"),
        }
    }
}

/// One pass over a file: written from its first byte to its last, then synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pass {
    pattern: Pattern,
}

impl Pass {
    /// A pass of random bytes.
    pub const RANDOM: Self = Self::of(Pattern::Random);
    /// A pass of zeros.
    pub const ZEROS: Self = Self::of(Pattern::Byte(0));

    /// A pass that writes `pattern`.
    #[must_use]
    pub const fn of(pattern: Pattern) -> Self {
        Self { pattern }
    }

    /// What it writes.
    #[must_use]
    pub const fn pattern(self) -> Pattern {
        self.pattern
    }
}

/// Whether a file is read back once the last pass is on the medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Verify {
    /// All of it is read, past the page cache where the system allows, and compared with what the last pass wrote (SP 800-88r2
    /// asks for this). Costs about what one more pass costs.
    #[default]
    LastPass,
    /// Nothing is read back: a write that the drive acknowledged and dropped is not noticed.
    Skip,
}
