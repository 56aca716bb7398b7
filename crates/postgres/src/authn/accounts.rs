//! Accounts.

use crate::Postgres;
use crate::domain::{Lock, column, integer, lock, number, store_error};
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::query::Query;
use stockade_authn::EmailAddress;
use stockade_authn::account::{
    Account, AccountStatus, AccountStore, Creation, DisplayName, EmailChange, EmailVerification, Removal,
    Replacement, StatusChange,
};
use stockade_authn::password::PasswordHash;
use stockade_core::{StoreError, SubjectId, UnixMillis};

#[async_trait::async_trait]
impl AccountStore for Postgres {
    async fn create(&self, account: Account) -> Result<Creation, StoreError> {
        let account = &account;
        self.decide(|| self.create_once(account)).await
    }

    async fn by_email(&self, email: &EmailAddress) -> Result<Option<Account>, StoreError> {
        self.find("SELECT * FROM stockade.accounts WHERE email_canonical = $1", email.canonical()).await
    }

    async fn by_id(&self, id: &SubjectId) -> Result<Option<Account>, StoreError> {
        self.find("SELECT * FROM stockade.accounts WHERE id = $1", id.as_str()).await
    }

    async fn replace_password(
        &self,
        id: &SubjectId,
        expected: &PasswordHash,
        new: PasswordHash,
    ) -> Result<Replacement, StoreError> {
        let replaced = self.update(|| {
            sqlx::query("UPDATE stockade.accounts SET password = $1 WHERE id = $2 AND password = $3")
                .bind(new.expose_phc())
                .bind(id.as_str())
                .bind(expected.expose_phc())
        });
        Ok(if replaced.await? == 1 { Replacement::Replaced } else { Replacement::Changed })
    }

    async fn change_password(
        &self,
        id: &SubjectId,
        expected_version: u64,
        new: PasswordHash,
    ) -> Result<Replacement, StoreError> {
        let changed = self.update(|| {
            sqlx::query(
                "UPDATE stockade.accounts SET password = $1, credential_version = credential_version + 1
                 WHERE id = $2 AND credential_version = $3 AND status <> 'pending'",
            )
            .bind(new.expose_phc())
            .bind(id.as_str())
            .bind(integer(expected_version))
        });
        Ok(if changed.await? == 1 { Replacement::Replaced } else { Replacement::Changed })
    }

    async fn verify_email(
        &self,
        id: &SubjectId,
        email: &EmailAddress,
        at: UnixMillis,
    ) -> Result<EmailVerification, StoreError> {
        let verified = self.update(|| {
            sqlx::query(
                "UPDATE stockade.accounts SET email_verified_at = $1,
                     status = CASE status WHEN 'pending' THEN 'active' ELSE status END
                 WHERE id = $2 AND email_canonical = $3",
            )
            .bind(integer(at.as_millis()))
            .bind(id.as_str())
            .bind(email.canonical())
        });
        Ok(if verified.await? == 1 { EmailVerification::Verified } else { EmailVerification::Stale })
    }

    async fn change_email(
        &self,
        id: &SubjectId,
        expected: &EmailAddress,
        new: EmailAddress,
        at: UnixMillis,
    ) -> Result<EmailChange, StoreError> {
        let new = &new;
        self.decide(|| self.change_email_once(id, expected, new, at)).await
    }

    async fn set_status(&self, id: &SubjectId, status: AccountStatus) -> Result<StatusChange, StoreError> {
        let changed = self.update(|| {
            sqlx::query(
                "UPDATE stockade.accounts SET status = $1
                 WHERE id = $2 AND status <> 'pending' AND $1 <> 'pending'",
            )
            .bind(status.as_str())
            .bind(id.as_str())
        });
        Ok(if changed.await? == 1 { StatusChange::Changed } else { StatusChange::Refused })
    }

    async fn remove(&self, id: &SubjectId) -> Result<Removal, StoreError> {
        let removed =
            self.update(|| sqlx::query("DELETE FROM stockade.accounts WHERE id = $1").bind(id.as_str()));
        Ok(if removed.await? == 1 { Removal::Removed } else { Removal::Unknown })
    }

    async fn purge_pending(&self, before: UnixMillis) -> Result<u64, StoreError> {
        self.update(|| {
            sqlx::query("DELETE FROM stockade.accounts WHERE status = 'pending' AND created_at < $1")
                .bind(integer(before.as_millis()))
        })
        .await
    }
}

impl Postgres {
    async fn find(&self, sql: &'static str, wanted: &str) -> Result<Option<Account>, StoreError> {
        let found = self.decide(|| async move {
            sqlx::query(sql).bind(wanted).fetch_optional(self.pool()).await.map_err(store_error)
        });
        found.await?.as_ref().map(account).transpose()
    }

    /// A decision that is one statement; how many rows it was taken for.
    async fn update<'q>(
        &self,
        statement: impl Fn() -> Query<'q, sqlx::Postgres, PgArguments>,
    ) -> Result<u64, StoreError> {
        let statement = &statement;
        let done = self.decide(|| async move { statement().execute(self.pool()).await.map_err(store_error) });
        Ok(done.await?.rows_affected())
    }

    async fn create_once(&self, account: &Account) -> Result<Creation, StoreError> {
        let mut transaction = self.begin().await?;
        // Those who want one address take turns, so that each sees what became of the one before.
        lock(&mut transaction, Lock::Address, account.email.canonical()).await.map_err(store_error)?;
        if account.status == AccountStatus::Pending {
            remove_pending(&mut transaction, &account.email).await?;
        }
        let created = sqlx::query(
            "INSERT INTO stockade.accounts (id, email, email_canonical, name, password, created_at,
                 email_verified_at, status, credential_version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
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
        // Dropped without a commit, the transaction changes nothing.
        if created.rows_affected() == 0 {
            return Ok(Creation::Taken);
        }
        transaction.commit().await.map_err(store_error)?;
        Ok(Creation::Created)
    }

    async fn change_email_once(
        &self,
        id: &SubjectId,
        expected: &EmailAddress,
        new: &EmailAddress,
        at: UnixMillis,
    ) -> Result<EmailChange, StoreError> {
        let mut transaction = self.begin().await?;
        lock(&mut transaction, Lock::Address, new.canonical()).await.map_err(store_error)?;
        remove_pending(&mut transaction, new).await?;
        let holder: Option<String> =
            sqlx::query_scalar("SELECT id FROM stockade.accounts WHERE email_canonical = $1")
                .bind(new.canonical())
                .fetch_optional(&mut *transaction)
                .await
                .map_err(store_error)?;
        let fits = sqlx::query(
            "SELECT 1 FROM stockade.accounts WHERE id = $1 AND email_canonical = $2 AND status = 'active' FOR UPDATE",
        )
        .bind(id.as_str())
        .bind(expected.canonical())
        .fetch_optional(&mut *transaction)
        .await
        .map_err(store_error)?;
        if fits.is_none() {
            return Ok(EmailChange::Stale);
        }
        if holder.is_some_and(|holder| holder != id.as_str()) {
            return Ok(EmailChange::Taken);
        }
        sqlx::query(
            "UPDATE stockade.accounts SET email = $1, email_canonical = $2, email_verified_at = $3 WHERE id = $4",
        )
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
}

async fn remove_pending(connection: &mut PgConnection, email: &EmailAddress) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM stockade.accounts WHERE email_canonical = $1 AND status = 'pending'")
        .bind(email.canonical())
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

fn account(row: &PgRow) -> Result<Account, StoreError> {
    let status = AccountStatus::from_name(column(row, "status")?)
        .ok_or_else(|| StoreError::corrupt("an account has an unknown status"))?;
    let verified_at = match column::<Option<i64>>(row, "email_verified_at")? {
        None => None,
        Some(_) => Some(UnixMillis::from_millis(number(row, "email_verified_at")?)),
    };
    Ok(Account {
        id: column::<&str>(row, "id")?.parse().map_err(StoreError::corrupt)?,
        email: EmailAddress::parse(column(row, "email")?).map_err(StoreError::corrupt)?,
        name: DisplayName::parse(column(row, "name")?).map_err(StoreError::corrupt)?,
        password: PasswordHash::from_phc(column(row, "password")?).map_err(StoreError::corrupt)?,
        created_at: UnixMillis::from_millis(number(row, "created_at")?),
        email_verified_at: verified_at,
        status,
        credential_version: number(row, "credential_version")?,
    })
}
