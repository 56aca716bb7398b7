//! Second factors in memory: the reference for the laws.

use super::{
    BackupDigest, BackupSet, Beginning, Confirmation, ConfirmedTotp, FactorId, FactorKind, FactorStore,
    Factors, PendingTotp, Regeneration, Removal, Spending, Step,
};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use stockade_core::{StoreError, SubjectId, UnixMillis};

/// Second factors in a map, for tests and trials: nothing survives a restart.
///
/// Bounded: past [`MAX_SUBJECTS`](Self::MAX_SUBJECTS) an enrolment of a further subject is refused as unavailable.
#[derive(Debug, Default)]
pub struct MemoryFactors {
    kept: Mutex<HashMap<SubjectId, Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    pending: Option<PendingTotp>,
    totp: Option<ConfirmedTotp>,
    codes: Option<BackupSet>,
}

/// Why no further subject is taken.
#[derive(Debug, thiserror::Error)]
#[error("the store holds the factors of its most of {} subjects", MemoryFactors::MAX_SUBJECTS)]
struct Full;

impl MemoryFactors {
    /// The most subjects: some hundred megabytes.
    pub const MAX_SUBJECTS: usize = 100_000;

    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SubjectId, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl FactorStore for MemoryFactors {
    async fn begin(&self, subject: &SubjectId, pending: PendingTotp) -> Result<Beginning, StoreError> {
        let mut kept = self.lock();
        if !kept.contains_key(subject) && kept.len() >= Self::MAX_SUBJECTS {
            return Err(StoreError::unavailable(Full));
        }
        let kept = kept.entry(subject.clone()).or_default();
        if kept.totp.is_some() {
            return Ok(Beginning::AlreadyEnrolled);
        }
        kept.pending = Some(pending);
        Ok(Beginning::Begun)
    }

    async fn factors(&self, subject: &SubjectId) -> Result<Factors, StoreError> {
        Ok(self.lock().get(subject).map_or_else(Factors::default, |kept| Factors {
            pending: kept.pending.clone(),
            totp: kept.totp.clone(),
            backup: kept.codes.as_ref().map(BackupSet::state),
        }))
    }

    async fn confirm(
        &self,
        subject: &SubjectId,
        id: FactorId,
        step: u64,
        codes: BackupSet,
        now: UnixMillis,
    ) -> Result<Confirmation, StoreError> {
        let mut kept = self.lock();
        let Some(kept) = kept.get_mut(subject) else { return Ok(Confirmation::Stale) };
        let Some(pending) = kept.pending.take_if(|pending| pending.id == id && pending.is_live(now)) else {
            return Ok(Confirmation::Stale);
        };
        kept.totp = Some(pending.confirmed(step));
        kept.codes = Some(codes);
        Ok(Confirmation::Confirmed)
    }

    async fn accept_step(&self, subject: &SubjectId, id: FactorId, step: u64) -> Result<Step, StoreError> {
        let mut kept = self.lock();
        let totp = kept.get_mut(subject).and_then(|kept| kept.totp.as_mut());
        Ok(totp.map_or(Step::Gone, |totp| totp.accept(id, step)))
    }

    async fn spend_backup_code(
        &self,
        subject: &SubjectId,
        set: FactorId,
        digest: BackupDigest,
    ) -> Result<Spending, StoreError> {
        let mut kept = self.lock();
        let codes = kept.get_mut(subject).and_then(|kept| kept.codes.as_mut());
        let Some(codes) = codes.filter(|codes| codes.id == set) else { return Ok(Spending::Unknown) };
        // Every digest is looked at, whichever is the one.
        let before = codes.digests.len();
        codes.digests.retain(|kept| *kept != digest);
        Ok(if codes.digests.len() < before {
            Spending::Spent { left: codes.state().left }
        } else {
            Spending::Unknown
        })
    }

    async fn replace_backup_codes(
        &self,
        subject: &SubjectId,
        codes: BackupSet,
    ) -> Result<Regeneration, StoreError> {
        let mut kept = self.lock();
        Ok(match kept.get_mut(subject).filter(|kept| kept.totp.is_some()) {
            Some(kept) => {
                kept.codes = Some(codes);
                Regeneration::Replaced
            }
            None => Regeneration::NotEnrolled,
        })
    }

    async fn remove(&self, subject: &SubjectId, kind: FactorKind) -> Result<Removal, StoreError> {
        let mut all = self.lock();
        let Some(kept) = all.get_mut(subject) else { return Ok(Removal::NotEnrolled) };
        let mut removed = false;
        if matches!(kind, FactorKind::All | FactorKind::Totp) {
            kept.pending = None;
            removed |= kept.totp.take().is_some();
        }
        if matches!(kind, FactorKind::All | FactorKind::BackupCodes) {
            removed |= kept.codes.take().is_some();
        }
        if kept.pending.is_none() && kept.totp.is_none() && kept.codes.is_none() {
            all.remove(subject);
        }
        Ok(if removed { Removal::Removed } else { Removal::NotEnrolled })
    }
}
