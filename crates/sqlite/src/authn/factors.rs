//! Second factors. Each transaction loads what there is, lets the domain judge, and saves what it changed.

use super::record::{bytes, time};
use crate::Sqlite;
use crate::domain::{column, integer, store_error};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use stockade_authn::factor::{
    BackupDigest, BackupSet, BackupState, Beginning, Confirmation, ConfirmedTotp, FactorId, FactorKind,
    FactorStore, Factors, PendingTotp, Regeneration, Removal, SealedTotp, Spending, Step,
};
use stockade_core::{StoreError, SubjectId, UnixMillis};

#[async_trait::async_trait]
impl FactorStore for Sqlite {
    async fn begin(&self, subject: &SubjectId, pending: PendingTotp) -> Result<Beginning, StoreError> {
        // An authenticator in force has no expiry, and is not replaced.
        let begun = sqlx::query(
            "INSERT INTO totp_factors (subject, id, sealed, expires_at) VALUES (?, ?, ?, ?)
             ON CONFLICT (subject) DO UPDATE
             SET id = excluded.id, sealed = excluded.sealed, expires_at = excluded.expires_at
             WHERE last_step IS NULL",
        )
        .bind(subject.as_str())
        .bind(&pending.id.to_bytes()[..])
        .bind(pending.sealed.as_bytes())
        .bind(integer(pending.expires_at.as_millis()))
        .execute(self.writer())
        .await
        .map_err(store_error)?;
        Ok(if begun.rows_affected() == 1 { Beginning::Begun } else { Beginning::AlreadyEnrolled })
    }

    async fn factors(&self, subject: &SubjectId) -> Result<Factors, StoreError> {
        // One transaction: both answers are of one moment.
        let mut reader = self.readers().begin().await.map_err(store_error)?;
        let (pending, totp) = split(totp(&mut reader, subject).await?);
        let backup = backup(&mut reader, subject).await?;
        Ok(Factors { pending, totp, backup })
    }

    async fn confirm(
        &self,
        subject: &SubjectId,
        id: FactorId,
        step: u64,
        codes: BackupSet,
        now: UnixMillis,
    ) -> Result<Confirmation, StoreError> {
        let mut transaction = self.write().await?;
        let (pending, _) = split(totp(&mut transaction, subject).await?);
        let Some(pending) = pending.filter(|pending| pending.id == id && pending.is_live(now)) else {
            return Ok(Confirmation::Stale);
        };
        save(&mut transaction, subject, &pending.confirmed(step)).await?;
        replace(&mut transaction, subject, &codes).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(Confirmation::Confirmed)
    }

    async fn accept_step(&self, subject: &SubjectId, id: FactorId, step: u64) -> Result<Step, StoreError> {
        let mut transaction = self.write().await?;
        let (_, totp) = split(totp(&mut transaction, subject).await?);
        let Some(mut totp) = totp else { return Ok(Step::Gone) };
        let judged = totp.accept(id, step);
        if judged == Step::Accepted {
            save(&mut transaction, subject, &totp).await?;
            transaction.commit().await.map_err(store_error)?;
        }
        Ok(judged)
    }

    async fn spend_backup_code(
        &self,
        subject: &SubjectId,
        set: FactorId,
        digest: BackupDigest,
    ) -> Result<Spending, StoreError> {
        let mut transaction = self.write().await?;
        let kept = backup(&mut transaction, subject).await?;
        let Some(kept) = kept.filter(|kept| kept.id == set) else { return Ok(Spending::Unknown) };
        let spent = sqlx::query("DELETE FROM backup_codes WHERE subject = ? AND digest = ?")
            .bind(subject.as_str())
            .bind(&digest.to_bytes()[..])
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
        if spent.rows_affected() == 0 {
            return Ok(Spending::Unknown);
        }
        transaction.commit().await.map_err(store_error)?;
        Ok(Spending::Spent { left: kept.left.saturating_sub(1) })
    }

    async fn replace_backup_codes(
        &self,
        subject: &SubjectId,
        codes: BackupSet,
    ) -> Result<Regeneration, StoreError> {
        let mut transaction = self.write().await?;
        let (_, totp) = split(totp(&mut transaction, subject).await?);
        if totp.is_none() {
            return Ok(Regeneration::NotEnrolled);
        }
        replace(&mut transaction, subject, &codes).await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(Regeneration::Replaced)
    }

    async fn remove(&self, subject: &SubjectId, kind: FactorKind) -> Result<Removal, StoreError> {
        let mut transaction = self.write().await?;
        let mut removed = 0;
        if matches!(kind, FactorKind::All | FactorKind::Totp) {
            let (_, totp) = split(totp(&mut transaction, subject).await?);
            removed += u64::from(totp.is_some());
            sqlx::query("DELETE FROM totp_factors WHERE subject = ?")
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

async fn totp(connection: &mut SqliteConnection, subject: &SubjectId) -> Result<Option<Totp>, StoreError> {
    let found = sqlx::query("SELECT * FROM totp_factors WHERE subject = ?")
        .bind(subject.as_str())
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    found.as_ref().map(totp_of).transpose()
}

fn totp_of(row: &SqliteRow) -> Result<Totp, StoreError> {
    let id = FactorId::from_bytes(bytes(row, "id")?);
    let sealed = SealedTotp::from_bytes(column(row, "sealed")?);
    Ok(match column(row, "last_step")? {
        Some(last_step) => Totp::Confirmed(ConfirmedTotp { id, sealed, last_step }),
        None => Totp::Pending(PendingTotp { id, sealed, expires_at: time(row, "expires_at")? }),
    })
}

/// Saves what can change in an authenticator's life.
async fn save(
    connection: &mut SqliteConnection,
    subject: &SubjectId,
    totp: &ConfirmedTotp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE totp_factors SET last_step = ?, expires_at = NULL WHERE subject = ? AND id = ?")
        .bind(integer(totp.last_step))
        .bind(subject.as_str())
        .bind(&totp.id.to_bytes()[..])
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

async fn backup(
    connection: &mut SqliteConnection,
    subject: &SubjectId,
) -> Result<Option<BackupState>, StoreError> {
    let found = sqlx::query(
        "SELECT id, salt, derivation,
             (SELECT count(*) FROM backup_codes WHERE backup_codes.subject = backup_sets.subject) AS left
         FROM backup_sets WHERE subject = ?",
    )
    .bind(subject.as_str())
    .fetch_optional(connection)
    .await
    .map_err(store_error)?;
    let state = |row: &SqliteRow| {
        Ok(BackupState {
            id: FactorId::from_bytes(bytes(row, "id")?),
            salt: bytes(row, "salt")?,
            derivation: column::<&str>(row, "derivation")?.parse().map_err(StoreError::corrupt)?,
            left: column(row, "left")?,
        })
    };
    found.as_ref().map(state).transpose()
}

/// Puts a set in the place of any earlier one.
async fn replace(
    connection: &mut SqliteConnection,
    subject: &SubjectId,
    codes: &BackupSet,
) -> Result<(), StoreError> {
    void(connection, subject).await?;
    sqlx::query("INSERT INTO backup_sets (subject, id, salt, derivation) VALUES (?, ?, ?, ?)")
        .bind(subject.as_str())
        .bind(&codes.id.to_bytes()[..])
        .bind(&codes.salt[..])
        .bind(codes.derivation.to_string())
        .execute(&mut *connection)
        .await
        .map_err(store_error)?;
    for digest in &codes.digests {
        sqlx::query("INSERT INTO backup_codes (subject, digest) VALUES (?, ?)")
            .bind(subject.as_str())
            .bind(&digest.to_bytes()[..])
            .execute(&mut *connection)
            .await
            .map_err(store_error)?;
    }
    Ok(())
}

/// Forgets a set; its codes go with it.
async fn void(connection: &mut SqliteConnection, subject: &SubjectId) -> Result<u64, StoreError> {
    sqlx::query("DELETE FROM backup_sets WHERE subject = ?")
        .bind(subject.as_str())
        .execute(connection)
        .await
        .map(|voided| voided.rows_affected())
        .map_err(store_error)
}
