//! Accounts.

use crate::Sqlite;
use crate::domain::{column, integer, store_error};
use sqlx::sqlite::SqliteRow;
use stockade_authn::EmailAddress;
use stockade_authn::account::{Account, AccountStore, Creation, DisplayName, Replacement};
use stockade_authn::password::PasswordHash;
use stockade_core::{StoreError, SubjectId, UnixMillis};

#[async_trait::async_trait]
impl AccountStore for Sqlite {
    async fn create(&self, account: Account) -> Result<Creation, StoreError> {
        let created = sqlx::query(
            "INSERT INTO accounts (id, email, email_canonical, name, password, created_at)
             VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(account.id.as_str())
        .bind(account.email.as_str())
        .bind(account.email.canonical())
        .bind(account.name.as_str())
        .bind(account.password.expose_phc())
        .bind(integer(account.created_at.as_millis()))
        .execute(self.writer())
        .await
        .map_err(store_error)?;
        Ok(if created.rows_affected() == 1 { Creation::Created } else { Creation::Taken })
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
}

fn account(row: &SqliteRow) -> Result<Account, StoreError> {
    Ok(Account {
        id: column::<&str>(row, "id")?.parse().map_err(StoreError::corrupt)?,
        email: EmailAddress::parse(column(row, "email")?).map_err(StoreError::corrupt)?,
        name: DisplayName::parse(column(row, "name")?).map_err(StoreError::corrupt)?,
        password: PasswordHash::from_phc(column(row, "password")?).map_err(StoreError::corrupt)?,
        created_at: UnixMillis::from_millis(column(row, "created_at")?),
    })
}
