//! What a derivation must and may cost.

use super::{KdfError, PasswordKdf};

/// OWASP Password Storage Cheat Sheet, Argon2id: memory in MiB that is of equal strength with that many passes or more.
const ARGON2_FLOOR: [(u32, u32); 5] = [(5, 7), (4, 9), (3, 12), (2, 19), (1, 46)];

/// OWASP Password Storage Cheat Sheet and ASVS 5.0, appendix C: PBKDF2-HMAC-SHA256 at least 600,000.
const PBKDF2_FLOOR: u32 = 600_000;

/// The most that a derivation may cost. Whoever wrote the file chose its parameters; these bound what reading it can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KdfCaps {
    /// Argon2id: the most memory, in KiB.
    pub memory_kib: u32,
    /// Argon2id: the most memory times passes, in KiB. Time grows with the product.
    pub memory_passes_kib: u64,
    /// Argon2id: the most lanes.
    pub lanes: u32,
    /// PBKDF2: the most iterations.
    pub iterations: u32,
}

impl Default for KdfCaps {
    /// Sixteen times the memory and twenty-one times the work of [`PasswordKdf::default`], and sixteen times the least PBKDF2:
    /// a few seconds of one core and 1 GiB at the most. RFC 9106's first recommended option (2 GiB) is above.
    fn default() -> Self {
        Self { memory_kib: 1 << 20, memory_passes_kib: 1 << 22, lanes: 16, iterations: 10_000_000 }
    }
}

impl PasswordKdf {
    /// Holds the parameters against the floor and against `caps`. Costs nothing.
    ///
    /// # Errors
    /// [`KdfError::TooWeak`] or [`KdfError::TooCostly`], naming the parameter and the bound.
    pub fn check(&self, caps: &KdfCaps) -> Result<(), KdfError> {
        match *self {
            Self::Argon2id { memory_kib, passes, lanes } => {
                at_least("lanes", lanes, 1)?;
                at_most("lanes", lanes, caps.lanes)?;
                at_least("passes", passes, 1)?;
                at_most("memory_kib", memory_kib, caps.memory_kib)?;
                let product = u64::from(memory_kib) * u64::from(passes);
                at_most("memory_kib times passes", product, caps.memory_passes_kib)?;
                let floor = ARGON2_FLOOR.iter().find(|(from, _)| passes >= *from);
                at_least("memory_kib", memory_kib, floor.map_or(u32::MAX, |(_, mib)| mib * 1024))
            }
            Self::Pbkdf2HmacSha256 { iterations } => {
                at_least("iterations", iterations, PBKDF2_FLOOR)?;
                at_most("iterations", iterations, caps.iterations)
            }
        }
    }
}

fn at_least(parameter: &'static str, value: u32, min: u32) -> Result<(), KdfError> {
    let (value, min) = (value.into(), min.into());
    if value < min { Err(KdfError::TooWeak { parameter, value, min }) } else { Ok(()) }
}

fn at_most(parameter: &'static str, value: impl Into<u64>, max: impl Into<u64>) -> Result<(), KdfError> {
    let (value, max) = (value.into(), max.into());
    if value > max { Err(KdfError::TooCostly { parameter, value, max }) } else { Ok(()) }
}
