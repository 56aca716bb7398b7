//! Schemes that have a name.

use super::{InvalidPolicy, Pass, Pattern, Policy};

impl Policy {
    /// One pass of zeros, read back: NIST SP 800-88r2, Clear. On flash that is all that host writes can be, and no Purge.
    #[must_use]
    pub fn nist_clear() -> Self {
        Self { passes: vec![Pass::ZEROS], ..Self::default() }
    }

    /// Three random passes, the last one read back: what `shred` does by default. For those who must say "three".
    #[must_use]
    pub fn three_pass() -> Self {
        Self { passes: vec![Pass::RANDOM; 3], ..Self::default() }
    }

    /// Zeros, their complement, random, the last read back: what tools call "DoD 5220.22-M". No current document of that department
    /// asks for it (the manual's overwrite matrix left it in 2006); it is a folk preset, here for contracts that name it. It
    /// assures nothing that the default does not.
    #[must_use]
    pub fn dod_like() -> Self {
        Self { passes: vec![Pass::ZEROS, Pass::of(Pattern::Complement), Pass::RANDOM], ..Self::default() }
    }

    /// So many random passes.
    ///
    /// # Errors
    /// More than [`MAX_PASSES`](super::MAX_PASSES).
    pub fn random_passes(passes: usize) -> Result<Self, InvalidPolicy> {
        // Bounded before it is allocated.
        if passes > super::MAX_PASSES {
            return Err(InvalidPolicy::Passes);
        }
        Ok(Self { passes: vec![Pass::RANDOM; passes], ..Self::default() })
    }

    /// The preset of this name: `default`, `nist-clear`, `three-pass` or `dod-like`.
    #[must_use]
    pub fn preset(name: &str) -> Option<Self> {
        match name {
            "default" => Some(Self::default()),
            "nist-clear" => Some(Self::nist_clear()),
            "three-pass" => Some(Self::three_pass()),
            "dod-like" => Some(Self::dod_like()),
            _ => None,
        }
    }
}
