//! Enrolling and judging second factors.

use super::totp::TotpSecret;
use super::{
    BackupDigest, BackupSet, BackupState, Beginning, Confirmation, Enrolment, FactorConfig,
    FactorConfigError, FactorError, FactorId, FactorKind, FactorStore, Factors, PendingTotp, Regeneration,
    Removal, SealedTotp, Spending, Step, TotpCode,
};
use std::fmt;
use std::sync::Arc;
use stockade_core::{Clock, Entropy, Seal, SealContext, SubjectId};

/// Second factors over a store. `Clone` gives another handle. Nothing secret is remembered between calls.
#[derive(Clone)]
pub struct SecondFactors {
    store: Arc<dyn FactorStore>,
    seal: Arc<dyn Seal>,
    config: FactorConfig,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// What came of [`SecondFactors::begin`].
#[derive(Debug)]
#[must_use]
pub enum Enrolling {
    /// Show this to its owner, once.
    Begun(Enrolment),
    /// An authenticator is in force: it has to be removed first, by somebody who shows it.
    AlreadyEnrolled,
}

/// What came of [`SecondFactors::check_pending`].
#[derive(Debug)]
#[must_use]
pub enum PendingCheck {
    /// The app has the secret. Bring the proof to [`SecondFactors::confirm`], with backup codes.
    Right(PendingProof),
    /// It is no code of the secret, now.
    Wrong,
    /// No enrolment waits for a code.
    NotPending,
}

/// Says that a pending enrolment's code was seen. Only [`SecondFactors::check_pending`] makes one, and it is good for one
/// [`SecondFactors::confirm`].
#[derive(Debug)]
pub struct PendingProof {
    subject: SubjectId,
    id: FactorId,
    step: u64,
}

/// What came of [`SecondFactors::verify`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an unread check protects nothing"]
pub enum CodeCheck {
    /// The right code, for the first time.
    Accepted,
    /// The code was right, and it or a later one was accepted before: somebody may have seen it. To whoever brings it, the same
    /// as [`Wrong`](Self::Wrong); to the log, not.
    Replayed,
    /// It is no code of the authenticator, now.
    Wrong,
    /// No authenticator is in force.
    NotEnrolled,
}

impl SecondFactors {
    /// What TOTP secrets are sealed for.
    const PURPOSE: &str = "authn.totp";

    /// Second factors over `store`, with TOTP secrets sealed by `seal` for their subject.
    ///
    /// # Errors
    /// The settings make no sense.
    pub fn new(
        store: Arc<dyn FactorStore>,
        seal: Arc<dyn Seal>,
        config: FactorConfig,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, FactorConfigError> {
        config.validate()?;
        Ok(Self { store, seal, config, clock, entropy })
    }

    /// Begins an enrolment, and gives up one that was never confirmed. `account` is how apps name the account, such as the
    /// e-mail address; a colon in it becomes a hyphen, and what is past 254 bytes is cut.
    ///
    /// # Errors
    /// The store or the seal failed, or there is no randomness. Nothing was begun.
    pub async fn begin(&self, subject: &SubjectId, account: &str) -> Result<Enrolling, FactorError> {
        let secret = TotpSecret::generate(&*self.entropy)?;
        let id = FactorId::generate(&*self.entropy)?;
        let owner = [subject.as_str()];
        let sealed = self.seal.seal(&SealContext::new(Self::PURPOSE, &owner), secret.as_bytes())?;
        let expires_at = self.clock.now().plus(self.config.enrolment);
        let pending = PendingTotp { id, sealed: SealedTotp::from_bytes(sealed), expires_at };
        Ok(match self.store.begin(subject, pending).await? {
            Beginning::Begun => Enrolling::Begun(Enrolment {
                id,
                secret: secret.to_base32(),
                uri: secret.to_uri(&self.config.issuer, account),
                expires_in: self.config.enrolment,
            }),
            Beginning::AlreadyEnrolled => Enrolling::AlreadyEnrolled,
        })
    }

    /// Compares the first code of a pending enrolment. Nothing is consumed and nothing in force until
    /// [`confirm`](Self::confirm).
    ///
    /// # Errors
    /// The store or the seal failed.
    pub async fn check_pending(&self, subject: &SubjectId, code: &str) -> Result<PendingCheck, FactorError> {
        let Ok(code) = TotpCode::parse(code) else { return Ok(PendingCheck::Wrong) };
        let now = self.clock.now();
        let pending = self.store.factors(subject).await?.pending;
        let Some(pending) = pending.filter(|pending| pending.is_live(now)) else {
            return Ok(PendingCheck::NotPending);
        };
        Ok(match self.matching_step(subject, &pending.sealed, &code)? {
            Some(step) => {
                PendingCheck::Right(PendingProof { subject: subject.clone(), id: pending.id, step })
            }
            None => PendingCheck::Wrong,
        })
    }

    /// Puts a proven enrolment in force: its code is consumed, and `codes` are the backup codes from then on, all or nothing.
    ///
    /// # Errors
    /// The store failed; nothing is in force, or everything.
    pub async fn confirm(&self, proof: PendingProof, codes: BackupSet) -> Result<Confirmation, FactorError> {
        let PendingProof { subject, id, step } = proof;
        Ok(self.store.confirm(&subject, id, step, codes, self.clock.now()).await?)
    }

    /// Judges a code of the authenticator, and consumes it if it is right. Of any number of calls with one code exactly one is
    /// [`CodeCheck::Accepted`].
    ///
    /// # Errors
    /// The store or the seal failed. Refuse the code; it may be consumed.
    pub async fn verify(&self, subject: &SubjectId, code: &str) -> Result<CodeCheck, FactorError> {
        let Ok(code) = TotpCode::parse(code) else { return Ok(CodeCheck::Wrong) };
        let Some(totp) = self.store.factors(subject).await?.totp else { return Ok(CodeCheck::NotEnrolled) };
        let Some(step) = self.matching_step(subject, &totp.sealed, &code)? else {
            return Ok(CodeCheck::Wrong);
        };
        Ok(match self.store.accept_step(subject, totp.id, step).await? {
            Step::Accepted => CodeCheck::Accepted,
            Step::Replayed => CodeCheck::Replayed,
            Step::Gone => CodeCheck::NotEnrolled,
        })
    }

    /// The subject's factors: what a login has to ask for, and what an account page shows.
    ///
    /// # Errors
    /// The store failed. A login must not go on without knowing.
    pub async fn factors(&self, subject: &SubjectId) -> Result<Factors, FactorError> {
        Ok(self.store.factors(subject).await?)
    }

    /// The backup codes in force: how many are left, and what [`BackupState::digest`] needs.
    ///
    /// # Errors
    /// The store failed.
    pub async fn backup_codes(&self, subject: &SubjectId) -> Result<Option<BackupState>, FactorError> {
        Ok(self.store.factors(subject).await?.backup)
    }

    /// Spends the backup code with this digest, computed by [`BackupState::digest`] of `codes`. Of any number of calls with one
    /// code exactly one is [`Spending::Spent`].
    ///
    /// # Errors
    /// The store failed. Refuse the code; it may be spent.
    pub async fn spend_backup_code(
        &self,
        subject: &SubjectId,
        codes: &BackupState,
        digest: BackupDigest,
    ) -> Result<Spending, FactorError> {
        Ok(self.store.spend_backup_code(subject, codes.id, digest).await?)
    }

    /// Puts a new set in the place of the backup codes in force, which are void from then on. Only after
    /// [`verify`](Self::verify) has accepted a code.
    ///
    /// # Errors
    /// The store failed; nothing was replaced, or everything.
    pub async fn regenerate(
        &self,
        subject: &SubjectId,
        codes: BackupSet,
    ) -> Result<Regeneration, FactorError> {
        Ok(self.store.replace_backup_codes(subject, codes).await?)
    }

    /// Takes factors off a subject: all of them after the password or a code was shown, or one of them that is lost.
    ///
    /// # Errors
    /// The store failed; nothing was removed, or everything.
    pub async fn remove(&self, subject: &SubjectId, kind: FactorKind) -> Result<Removal, FactorError> {
        Ok(self.store.remove(subject, kind).await?)
    }

    fn matching_step(
        &self,
        subject: &SubjectId,
        sealed: &SealedTotp,
        code: &TotpCode,
    ) -> Result<Option<u64>, FactorError> {
        let owner = [subject.as_str()];
        let opened = self.seal.open(&SealContext::new(Self::PURPOSE, &owner), sealed.as_bytes())?;
        let secret = TotpSecret::from_opened(&opened)?;
        Ok(secret.matching_step(code, self.clock.now(), self.config.skew_steps))
    }
}

impl fmt::Debug for SecondFactors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecondFactors").field("config", &self.config).finish_non_exhaustive()
    }
}
