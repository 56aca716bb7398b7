//! Accounts.

use crate::Sqlite;
use crate::domain::{column, integer, store_error};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use stockade_authn::EmailAddress;
use stockade_authn::account::{
    Account, AccountStatus, AccountStore, Creation, DisplayName, EmailChange, EmailVerification, Removal,
    Replacement, StatusChange,
};
use stockade_authn::password::PasswordHash;
use stockade_core::{StoreError, SubjectId, UnixMillis};

#[async_trait::async_trait]
impl AccountStore for Sqlite {
    async fn create(&self, account: Account) -> Result<Creation, StoreError> {
        let mut transaction = self.write().await?;
        if account.status == AccountStatus::Pending {
            remove_pending(&mut transaction, &account.email).await?;
        }
        let created = sqlx::query(
            "INSERT INTO accounts (id, email, email_canonical, name, password, created_at,
                 email_verified_at, status, credential_version)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(account.id.as_str())
        .bind(account.email.as_str())
        .bind(account.email.canonical())
        .bind(account.name.as_str())
        .bind(account.password.expose_phc())
        .bind(integer(account.created_at.as_millis()))
        .bind(account.email_verified_at.map(|at| integer(at.as_millis())))
        .bind(account.status.as_str())
        .bind(integer(account.credential_version))
        .execute(&mut *transaction)
        .await
        .map_err(store_error)?;
        if created.rows_affected() == 0 {
            return Ok(Creation::Taken);
        }
        transaction.commit().await.map_err(store_error)?;
        Ok(Creation::Created)
    }

    async fn by_email(&self, email: &EmailAddress) -> Result<Option<Account>, StoreError> {
        let found = sqlx::query("SELECT * FROM accounts WHERE email_canonical = ?")
            .bind(email.canonical())
            .fetch_optional(self.readers())
            .await
            .map_err(store_error)?;
        found.as_ref().map(account).transpose()
    }

    async fn by_id(&self, id: &SubjectId) -> Result<Option<Account>, StoreError> {
        let found = sqlx::query("SELECT * FROM accounts WHERE id = ?")
            .bind(id.as_str())
            .fetch_optional(self.readers())
            .await
            .map_err(store_error)?;
        found.as_ref().map(account).transpose()
    }

    async fn replace_password(
        &self,
        id: &SubjectId,
        expected: &PasswordHash,
        new: PasswordHash,
    ) -> Result<Replacement, StoreError> {
        let replaced = sqlx::query("UPDATE accounts SET password = ?1 WHERE id = ?2 AND password = ?3")
            .bind(new.expose_phc())
            .bind(id.as_str())
            .bind(expected.expose_phc())
            .execute(self.writer())
            .await
            .map_err(store_error)?;
        Ok(if replaced.rows_affected() == 1 { Replacement::Replaced } else { Replacement::Changed })
    }

    async fn change_password(
        &self,
        id: &SubjectId,
        expected_version: u64,
        new: PasswordHash,
    ) -> Result<Replacement, StoreError> {
        let changed = sqlx::query(
            "UPDATE accounts SET password = ?1, credential_version = credential_version + 1
             WHERE id = ?2 AND credential_version = ?3 AND status <> 'pending'",
        )
        .bind(new.expose_phc())
        .bind(id.as_str())
        .bind(integer(expected_version))
        .execute(self.writer())
        .await
        .map_err(store_error)?;
        Ok(if changed.rows_affected() == 1 { Replacement::Replaced } else { Replacement::Changed })
    }

    async fn verify_email(
        &self,
        id: &SubjectId,
        email: &EmailAddress,
        at: UnixMillis,
    ) -> Result<EmailVerification, StoreError> {
        let verified = sqlx::query(
            "UPDATE accounts SET email_verified_at = ?1,
                 status = CASE status WHEN 'pending' THEN 'active' ELSE status END
             WHERE id = ?2 AND email_canonical = ?3",
        )
        .bind(integer(at.as_millis()))
        .bind(id.as_str())
        .bind(email.canonical())
        .execute(self.writer())
        .await
        .map_err(store_error)?;
        let done = verified.rows_affected() == 1;
        Ok(if done { EmailVerification::Verified } else { EmailVerification::Stale })
    }

    async fn change_email(
        &self,
        id: &SubjectId,
        expected: &EmailAddress,
        new: EmailAddress,
        at: UnixMillis,
    ) -> Result<EmailChange, StoreError> {
        let mut transaction = self.write().await?;
        remove_pending(&mut transaction, &new).await?;
        let holder: Option<String> = sqlx::query_scalar("SELECT id FROM accounts WHERE email_canonical = ?")
            .bind(new.canonical())
            .fetch_optional(&mut *transaction)
            .await
            .map_err(store_error)?;
        let fits =
            sqlx::query("SELECT 1 FROM accounts WHERE id = ? AND email_canonical = ? AND status = 'active'")
                .bind(id.as_str())
                .bind(expected.canonical())
                .fetch_optional(&mut *transaction)
                .await
                .map_err(store_error)?;
        // Dropped without a commit, the transaction changes nothing.
        if fits.is_none() {
            return Ok(EmailChange::Stale);
        }
        if holder.is_some_and(|holder| holder != id.as_str()) {
            return Ok(EmailChange::Taken);
        }
        sqlx::query("UPDATE accounts SET email = ?, email_canonical = ?, email_verified_at = ? WHERE id = ?")
            .bind(new.as_str())
            .bind(new.canonical())
            .bind(integer(at.as_millis()))
            .bind(id.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(store_error)?;
        transaction.commit().await.map_err(store_error)?;
        Ok(EmailChange::Changed)
    }

    async fn set_status(&self, id: &SubjectId, status: AccountStatus) -> Result<StatusChange, StoreError> {
        let changed = sqlx::query(
            "UPDATE accounts SET status = ?1 WHERE id = ?2 AND status <> 'pending' AND ?1 <> 'pending'",
        )
        .bind(status.as_str())
        .bind(id.as_str())
        .execute(self.writer())
        .await
        .map_err(store_error)?;
        Ok(if changed.rows_affected() == 1 { StatusChange::Changed } else { StatusChange::Refused })
    }

    async fn remove(&self, id: &SubjectId) -> Result<Removal, StoreError> {
        let removed = sqlx::query("DELETE FROM accounts WHERE id = ?")
            .bind(id.as_str())
            .execute(self.writer())
            .await
            .map_err(store_error)?;
        Ok(if removed.rows_affected() == 1 { Removal::Removed } else { Removal::Unknown })
    }

    async fn purge_pending(&self, before: UnixMillis) -> Result<u64, StoreError> {
        let purged = sqlx::query("DELETE FROM accounts WHERE status = 'pending' AND created_at < ?")
            .bind(integer(before.as_millis()))
            .execute(self.writer())
            .await
            .map_err(store_error)?;
        Ok(purged.rows_affected())
    }
}

async fn remove_pending(connection: &mut SqliteConnection, email: &EmailAddress) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM accounts WHERE email_canonical = ? AND status = 'pending'")
        .bind(email.canonical())
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

fn account(row: &SqliteRow) -> Result<Account, StoreError> {
    let status = AccountStatus::from_name(column(row, "status")?)
        .ok_or_else(|| StoreError::corrupt("an account has an unknown status"))?;
    Ok(Account {
        id: column::<&str>(row, "id")?.parse().map_err(StoreError::corrupt)?,
        email: EmailAddress::parse(column(row, "email")?).map_err(StoreError::corrupt)?,
        name: DisplayName::parse(column(row, "name")?).map_err(StoreError::corrupt)?,
        password: PasswordHash::from_phc(column(row, "password")?).map_err(StoreError::corrupt)?,
        created_at: UnixMillis::from_millis(column(row, "created_at")?),
        email_verified_at: column::<Option<u64>>(row, "email_verified_at")?.map(UnixMillis::from_millis),
        status,
        credential_version: column(row, "credential_version")?,
    })
}
