//! Second factors. Each transaction takes the subject's lock, loads what there is, lets the domain judge, and saves what it
//! changed.

use super::record::{bytes, time};
use crate::Postgres;
use crate::domain::{Lock, column, integer, lock, number, store_error};
use sqlx::Transaction;
use sqlx::postgres::{PgConnection, PgRow};
use stockade_authn::factor::{
    BackupDigest, BackupSet, BackupState, Beginning, Confirmation, ConfirmedTotp, FactorId, FactorKind,
    FactorStore, Factors, PendingTotp, Regeneration, Removal, SealedTotp, Spending, Step,
};
use stockade_core::{StoreError, SubjectId, UnixMillis};

#[async_trait::async_trait]
impl FactorStore for Postgres {
    async fn begin(&self, subject: &SubjectId, pending: PendingTotp) -> Result<Beginning, StoreError> {
        let pending = &pending;
        self.decide(|| self.begin_enrolment(subject, pending)).await
    }

    async fn factors(&self, subject: &SubjectId) -> Result<Factors, StoreError> {
        self.decide(|| async {
            // One moment for both questions.
            let mut moment = self
                .pool()
                .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                .await
                .map_err(store_error)?;
            let (pending, totp) = split(totp(&mut moment, subject).await?);
            let backup = backup(&mut moment, subject).await?;
            Ok(Factors { pending, totp, backup })
        })
        .await
    }

    async fn confirm(
        &self,
        subject: &SubjectId,
        id: FactorId,
        step: u64,
        codes: BackupSet,
        now: UnixMillis,
    ) -> Result<Confirmation, StoreError> {
        let codes = &codes;
        self.decide(|| async move {
            let mut transaction = self.factors_of(subject).await?;
            let (pending, _) = split(totp(&mut transaction, subject).await?);
            let Some(pending) = pending.filter(|pending| pending.id == id && pending.is_live(now)) else {
                return Ok(Confirmation::Stale);
            };
            save(&mut transaction, subject, &pending.confirmed(step)).await?;
            replace(&mut transaction, subject, codes).await?;
            transaction.commit().await.map_err(store_error)?;
            Ok(Confirmation::Confirmed)
        })
        .await
    }

    async fn accept_step(&self, subject: &SubjectId, id: FactorId, step: u64) -> Result<Step, StoreError> {
        self.decide(|| async move {
            let mut transaction = self.factors_of(subject).await?;
            let (_, totp) = split(totp(&mut transaction, subject).await?);
            let Some(mut totp) = totp else { return Ok(Step::Gone) };
            let judged = totp.accept(id, step);
            if judged == Step::Accepted {
                save(&mut transaction, subject, &totp).await?;
                transaction.commit().await.map_err(store_error)?;
            }
            Ok(judged)
        })
        .await
    }

    async fn spend_backup_code(
        &self,
        subject: &SubjectId,
        set: FactorId,
        digest: BackupDigest,
    ) -> Result<Spending, StoreError> {
        let digest = &digest;
        self.decide(|| async move {
            let mut transaction = self.factors_of(subject).await?;
            let kept = backup(&mut transaction, subject).await?;
            let Some(kept) = kept.filter(|kept| kept.id == set) else { return Ok(Spending::Unknown) };
            let spent = sqlx::query("DELETE FROM stockade.backup_codes WHERE subject = $1 AND digest = $2")
                .bind(subject.as_str())
                .bind(digest.to_bytes().to_vec())
                .execute(&mut *transaction)
                .await
                .map_err(store_error)?;
            if spent.rows_affected() == 0 {
                return Ok(Spending::Unknown);
            }
            transaction.commit().await.map_err(store_error)?;
            Ok(Spending::Spent { left: kept.left.saturating_sub(1) })
        })
        .await
    }

    async fn replace_backup_codes(
        &self,
        subject: &SubjectId,
        codes: BackupSet,
    ) -> Result<Regeneration, StoreError> {
        let codes = &codes;
        self.decide(|| async move {
            let mut transaction = self.factors_of(subject).await?;
            let (_, totp) = split(totp(&mut transaction, subject).await?);
            if totp.is_none() {
                return Ok(Regeneration::NotEnrolled);
            }
            replace(&mut transaction, subject, codes).await?;
            transaction.commit().await.map_err(store_error)?;
            Ok(Regeneration::Replaced)
        })
        .await
    }

    async fn remove(&self, subject: &SubjectId, kind: FactorKind) -> Result<Removal, StoreError> {
        self.decide(|| async move {
            let mut transaction = self.factors_of(subject).await?;
            let mut removed = 0;
            if matches!(kind, FactorKind::All | FactorKind::Totp) {
                let (_, totp) = split(totp(&mut transaction, subject).await?);
                removed += u64::from(totp.is_some());
                sqlx::query("DELETE FROM stockade.totp_factors WHERE subject = $1")
                    .bind(subject.as_str())
                    .execute(&mut *transaction)
                    .await
                    .map_err(store_error)?;
            }
            if matches!(kind, FactorKind::All | FactorKind::BackupCodes) {
                removed += void(&mut transaction, subject).await?;
            }
            transaction.commit().await.map_err(store_error)?;
            Ok(if removed > 0 { Removal::Removed } else { Removal::NotEnrolled })
        })
        .await
    }
}

impl Postgres {
    /// A transaction that alone may change the subject's factors.
    async fn factors_of(
        &self,
        subject: &SubjectId,
    ) -> Result<Transaction<'static, sqlx::Postgres>, StoreError> {
        let mut transaction = Self::begin(self).await?;
        lock(&mut transaction, Lock::Factors, subject.as_str()).await.map_err(store_error)?;
        Ok(transaction)
    }

    async fn begin_enrolment(
        &self,
        subject: &SubjectId,
        pending: &PendingTotp,
    ) -> Result<Beginning, StoreError> {
        let mut transaction = self.factors_of(subject).await?;
        // An authenticator in force has no expiry, and is not replaced.
        let begun = sqlx::query(
            "INSERT INTO stockade.totp_factors (subject, id, sealed, expires_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (subject) DO UPDATE
             SET id = excluded.id, sealed = excluded.sealed, expires_at = excluded.expires_at
             WHERE totp_factors.last_step IS NULL",
        )
        .bind(subject.as_str())
        .bind(&pending.id.to_bytes()[..])
        .bind(pending.sealed.as_bytes())
        .bind(integer(pending.expires_at.as_millis()))
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
        transaction.commit().await.map_err(store_error)?;
        Ok(if begun.rows_affected() == 1 { Beginning::Begun } else { Beginning::AlreadyEnrolled })
    }
}

/// A row is one of both, never neither.
enum Totp {
    Pending(PendingTotp),
    Confirmed(ConfirmedTotp),
}

fn split(totp: Option<Totp>) -> (Option<PendingTotp>, Option<ConfirmedTotp>) {
    match totp {
        Some(Totp::Pending(pending)) => (Some(pending), None),
        Some(Totp::Confirmed(confirmed)) => (None, Some(confirmed)),
        None => (None, None),
    }
}

async fn totp(connection: &mut PgConnection, subject: &SubjectId) -> Result<Option<Totp>, StoreError> {
    let found = sqlx::query("SELECT * FROM stockade.totp_factors WHERE subject = $1")
        .bind(subject.as_str())
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    found.as_ref().map(totp_of).transpose()
}

fn totp_of(row: &PgRow) -> Result<Totp, StoreError> {
    let id = FactorId::from_bytes(bytes(row, "id")?);
    let sealed = SealedTotp::from_bytes(column(row, "sealed")?);
    Ok(match column::<Option<i64>>(row, "last_step")? {
        Some(_) => Totp::Confirmed(ConfirmedTotp { id, sealed, last_step: number(row, "last_step")? }),
        None => Totp::Pending(PendingTotp { id, sealed, expires_at: time(row, "expires_at")? }),
    })
}

/// Saves what can change in an authenticator's life.
async fn save(
    connection: &mut PgConnection,
    subject: &SubjectId,
    totp: &ConfirmedTotp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE stockade.totp_factors SET last_step = $1, expires_at = NULL WHERE subject = $2 AND id = $3",
    )
    .bind(integer(totp.last_step))
    .bind(subject.as_str())
    .bind(&totp.id.to_bytes()[..])
    .execute(connection)
    .await
    .map(drop)
    .map_err(store_error)
}

async fn backup(
    connection: &mut PgConnection,
    subject: &SubjectId,
) -> Result<Option<BackupState>, StoreError> {
    let found = sqlx::query(
        "SELECT id, salt, derivation, (SELECT count(*) FROM stockade.backup_codes
             WHERE backup_codes.subject = backup_sets.subject) AS left_over
         FROM stockade.backup_sets WHERE subject = $1",
    )
    .bind(subject.as_str())
    .fetch_optional(connection)
    .await
    .map_err(store_error)?;
    let state = |row: &PgRow| {
        Ok(BackupState {
            id: FactorId::from_bytes(bytes(row, "id")?),
            salt: bytes(row, "salt")?,
            derivation: column::<&str>(row, "derivation")?.parse().map_err(StoreError::corrupt)?,
            left: u32::try_from(number(row, "left_over")?).map_err(StoreError::corrupt)?,
        })
    };
    found.as_ref().map(state).transpose()
}

/// Puts a set in the place of any earlier one.
async fn replace(
    connection: &mut PgConnection,
    subject: &SubjectId,
    codes: &BackupSet,
) -> Result<(), StoreError> {
    void(connection, subject).await?;
    sqlx::query("INSERT INTO stockade.backup_sets (subject, id, salt, derivation) VALUES ($1, $2, $3, $4)")
        .bind(subject.as_str())
        .bind(&codes.id.to_bytes()[..])
        .bind(&codes.salt[..])
        .bind(codes.derivation.to_string())
        .execute(&mut *connection)
        .await
        .map_err(store_error)?;
    let digests: Vec<_> = codes.digests.iter().map(|digest| digest.to_bytes().to_vec()).collect();
    sqlx::query("INSERT INTO stockade.backup_codes (subject, digest) SELECT $1, unnest($2::bytea[])")
        .bind(subject.as_str())
        .bind(digests)
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

/// Forgets a set; its codes go with it.
async fn void(connection: &mut PgConnection, subject: &SubjectId) -> Result<u64, StoreError> {
    sqlx::query("DELETE FROM stockade.backup_sets WHERE subject = $1")
        .bind(subject.as_str())
        .execute(connection)
        .await
        .map(|voided| voided.rows_affected())
        .map_err(store_error)
}
