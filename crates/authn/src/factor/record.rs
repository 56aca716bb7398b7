//! What a store keeps of a subject's factors, and what may become of it. Pure.

use super::{BackupState, Step};
use std::fmt;
use stockade_core::{Entropy, EntropyError, UnixMillis};

/// One enrolment or one set of backup codes. A name, not a secret: 128 random bits, so that what was read of one is never
/// taken for another that came in its place.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FactorId([u8; 16]);

impl FactorId {
    /// A fresh id.
    ///
    /// # Errors
    /// The system gave no randomness.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The id with these bytes, from a store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a store.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Debug for FactorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FactorId({:032x})", u128::from_be_bytes(self.0))
    }
}

/// A TOTP secret as a [`Seal`](stockade_core::Seal) left it. Opaque to stores.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedTotp(Vec<u8>);

impl SealedTotp {
    /// The sealed bytes, from a seal or a store.
    #[must_use]
    pub fn from_bytes(sealed: Vec<u8>) -> Self {
        Self(sealed)
    }

    /// The bytes, for a seal or a store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SealedTotp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedTotp({} bytes)", self.0.len())
    }
}

/// An enrolment that has begun: no code of it counts yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingTotp {
    /// Which enrolment.
    pub id: FactorId,
    /// Its secret.
    pub sealed: SealedTotp,
    /// From when on it can no longer be confirmed.
    pub expires_at: UnixMillis,
}

impl PendingTotp {
    /// Whether it can be confirmed at `now`.
    #[must_use]
    pub fn is_live(&self, now: UnixMillis) -> bool {
        now < self.expires_at
    }

    /// What it is once its code for `step` has been seen: in force, and that code consumed.
    #[must_use]
    pub fn confirmed(self, step: u64) -> ConfirmedTotp {
        ConfirmedTotp { id: self.id, sealed: self.sealed, last_step: step }
    }
}

/// An authenticator in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedTotp {
    /// Which enrolment.
    pub id: FactorId,
    /// Its secret.
    pub sealed: SealedTotp,
    /// The last time step whose code was accepted.
    pub last_step: u64,
}

impl ConfirmedTotp {
    /// Judges a code of the enrolment `id` for `step`: the one place that knows what a replay is. On [`Step::Accepted`] the
    /// store keeps the new [`last_step`](Self::last_step).
    pub fn accept(&mut self, id: FactorId, step: u64) -> Step {
        if self.id != id {
            return Step::Gone;
        }
        if step <= self.last_step {
            return Step::Replayed;
        }
        self.last_step = step;
        Step::Accepted
    }
}

/// A subject's factors at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Factors {
    /// The enrolment under way, possibly expired. Never beside an authenticator in force.
    pub pending: Option<PendingTotp>,
    /// The authenticator in force.
    pub totp: Option<ConfirmedTotp>,
    /// The backup codes in force.
    pub backup: Option<BackupState>,
}

impl Factors {
    /// Whether a login has to show a second factor.
    ///
    /// It has to with an authenticator in force, and also while a set of backup codes is there alone, even an empty one: taking
    /// a lost phone off an account, or spending the last code, must not turn the second factor off in silence.
    #[must_use]
    pub fn required(&self) -> bool {
        self.totp.is_some() || self.backup.is_some()
    }

    /// How many backup codes are left.
    #[must_use]
    pub fn backup_codes_left(&self) -> u32 {
        self.backup.as_ref().map_or(0, |backup| backup.left)
    }
}
