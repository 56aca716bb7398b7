//! What a hash costs, and what a stored hash may make us spend.

use super::PasswordError;

/// The cost of one Argon2id hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Argon2Params {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Argon2Params {
    /// OWASP Password Storage Cheat Sheet and ASVS 5.0 Appendix C: m = 19 MiB, t = 2, p = 1.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

impl Argon2Params {
    /// Parameters of this cost.
    ///
    /// # Errors
    /// They are below the OWASP floor or above [`StoredParamCaps::default`].
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, PasswordError> {
        let params = Self { memory_kib, passes, lanes };
        params.validate()?;
        Ok(params)
    }

    /// Parameters far below any floor, so that test suites do not spend their time hashing. A hash made with them protects
    /// nothing.
    #[must_use]
    pub const fn insecure_for_tests() -> Self {
        Self { memory_kib: 64, passes: 1, lanes: 1 }
    }

    /// Says what is wrong with the parameters, if anything. The floor is the OWASP family of equal strength: less memory needs
    /// more passes (m=46 t=1, m=19 t=2, m=12 t=3, m=9 t=4, m=7 t=5, in MiB).
    ///
    /// # Errors
    /// They are below the floor or above the caps.
    pub fn validate(&self) -> Result<(), PasswordError> {
        const FLOOR_MIB_PASSES: [(u32, u32); 5] = [(46, 1), (19, 2), (12, 3), (9, 4), (7, 5)];
        let strong_enough = FLOOR_MIB_PASSES
            .iter()
            .any(|(mib, passes)| self.memory_kib >= mib * 1024 && self.passes >= *passes);
        if !strong_enough {
            return Err(PasswordError::WeakParams);
        }
        StoredParamCaps::default().check(self.memory_kib, self.passes, self.lanes)
    }

    /// The memory that one hash takes, in bytes.
    #[must_use]
    pub const fn memory_bytes(&self) -> u64 {
        self.memory_kib as u64 * 1024
    }

    pub(super) fn build(&self) -> Result<argon2::ParamsBuilder, PasswordError> {
        let mut builder = argon2::ParamsBuilder::new();
        builder
            .m_cost(self.memory_kib)
            .t_cost(self.passes)
            .p_cost(self.lanes)
            .output_len(super::hasher::OUTPUT_LEN);
        Ok(builder)
    }
}

/// What a stored hash may ask for. Verifying takes the parameters from the hash, so whoever can write one, an import file for
/// instance, could otherwise make each login cost gigabytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredParamCaps {
    /// The most memory, in KiB.
    pub memory_kib: u32,
    /// The most passes.
    pub passes: u32,
    /// The most lanes.
    pub lanes: u32,
}

impl Default for StoredParamCaps {
    /// The memory and lanes of RFC 9106's second recommended option (64 MiB, 4 lanes) and ten passes: about a second of work.
    fn default() -> Self {
        Self { memory_kib: 64 * 1024, passes: 10, lanes: 4 }
    }
}

impl StoredParamCaps {
    pub(super) fn check(&self, memory_kib: u32, passes: u32, lanes: u32) -> Result<(), PasswordError> {
        if memory_kib > self.memory_kib || passes > self.passes || lanes > self.lanes {
            return Err(PasswordError::CostlyHash { memory_kib, passes, lanes });
        }
        Ok(())
    }
}
