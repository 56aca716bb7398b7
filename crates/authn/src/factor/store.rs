//! What a store of second factors decides.

use super::{BackupDigest, BackupSet, FactorId, Factors, PendingTotp};
use stockade_core::{StoreError, SubjectId, UnixMillis};

/// Keeps second factors. One trait for authenticators and backup codes, so that enrolling and disabling are each one decision:
/// nobody ends with an authenticator without codes because a process died between two.
///
/// Each method is one atomic decision; `laws` (feature `laws`) is the suite that every store passes.
#[async_trait::async_trait]
pub trait FactorStore: Send + Sync {
    /// Keeps an enrolment that has begun, in the place of an earlier one that was never confirmed. Refused while an
    /// authenticator is in force: who has stolen a session must not bring their own.
    ///
    /// A false `Begun` beside an authenticator in force lets a second one be confirmed over it; a false `AlreadyEnrolled` keeps
    /// somebody from enrolling.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn begin(&self, subject: &SubjectId, pending: PendingTotp) -> Result<Beginning, StoreError>;

    /// The subject's factors. A question only: what it says may be over when it is read.
    ///
    /// # Errors
    /// The store cannot answer.
    async fn factors(&self, subject: &SubjectId) -> Result<Factors, StoreError>;

    /// Puts the pending enrolment `id` in force, if it still is the one and live at `now`: its code for `step` is consumed, and
    /// `codes` are the subject's backup codes from then on, in the place of any earlier ones. All or nothing.
    ///
    /// Of any number of concurrent calls for one enrolment exactly one is `Confirmed`. A false `Confirmed` puts an authenticator
    /// in force that its owner has replaced or given up; a false `Stale` makes somebody begin anew.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed, or everything.
    async fn confirm(
        &self,
        subject: &SubjectId,
        id: FactorId,
        step: u64,
        codes: BackupSet,
        now: UnixMillis,
    ) -> Result<Confirmation, StoreError>;

    /// Judges a code for `step` by [`ConfirmedTotp::accept`](super::ConfirmedTotp::accept), and keeps the step if it was
    /// accepted.
    ///
    /// Of any number of concurrent calls for one step exactly one is `Accepted`, and none for a step that is not later than
    /// every one accepted before. A false `Accepted` lets a code that somebody saw be used again; a false `Replayed` makes
    /// somebody wait half a minute.
    ///
    /// # Errors
    /// The store cannot decide. The code may be consumed; the caller must refuse it.
    async fn accept_step(&self, subject: &SubjectId, id: FactorId, step: u64) -> Result<Step, StoreError>;

    /// Takes one code out of the subject's set `set`.
    ///
    /// Of any number of concurrent calls with one code exactly one is `Spent`, and each `Spent` says another number left. A
    /// false `Spent` opens an account; a false `Unknown` takes a code from its owner.
    ///
    /// # Errors
    /// The store cannot decide. The code may be spent; the caller must refuse it.
    async fn spend_backup_code(
        &self,
        subject: &SubjectId,
        set: FactorId,
        digest: BackupDigest,
    ) -> Result<Spending, StoreError>;

    /// Puts `codes` in the place of the subject's backup codes, if an authenticator is in force. Not one of the earlier codes
    /// is good afterwards.
    ///
    /// Of several at once the last stays, whole. A code of an earlier set that survives may be the one that was stolen.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed, or everything.
    async fn replace_backup_codes(
        &self,
        subject: &SubjectId,
        codes: BackupSet,
    ) -> Result<Regeneration, StoreError>;

    /// Takes factors off a subject, enrolments that are pending included where the authenticator is meant.
    ///
    /// A false `Removed` leaves a lost phone in force.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed, or everything.
    async fn remove(&self, subject: &SubjectId, kind: FactorKind) -> Result<Removal, StoreError>;
}

/// What came of [`FactorStore::begin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Beginning {
    /// It is kept, and waits to be confirmed.
    Begun,
    /// An authenticator is in force; nothing was changed.
    AlreadyEnrolled,
}

/// What came of [`FactorStore::confirm`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Confirmation {
    /// Authenticator and backup codes are in force.
    Confirmed,
    /// There is no such enrolment, no longer, or it is in force already; nothing was changed.
    Stale,
}

/// What came of [`FactorStore::accept_step`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an unread decision lets every replay pass"]
pub enum Step {
    /// The first code for this step, and later than any before.
    Accepted,
    /// A code for this step or a later one was accepted before.
    Replayed,
    /// The authenticator is no longer the one in force.
    Gone,
}

/// What came of [`FactorStore::spend_backup_code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an unread decision lets every code pass"]
pub enum Spending {
    /// It was good, and is spent now.
    Spent {
        /// How many are left.
        left: u32,
    },
    /// There is no such code, no longer, or the set is another by now.
    Unknown,
}

/// What came of [`FactorStore::replace_backup_codes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Regeneration {
    /// The new codes are in force, and the earlier ones void.
    Replaced,
    /// No authenticator is in force; nothing was changed.
    NotEnrolled,
}

/// What [`FactorStore::remove`] takes off: each factor can be revoked alone (ASVS 6.5.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FactorKind {
    /// Everything: no second factor is asked for any more.
    All,
    /// The authenticator, as when a phone is lost. Backup codes stay good, and keep the second factor required.
    Totp,
    /// The backup codes, as when the sheet of paper is lost.
    BackupCodes,
}

/// What came of [`FactorStore::remove`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Removal {
    /// A factor that was in force is so no longer.
    Removed,
    /// There was none of that kind in force.
    NotEnrolled,
}
