//! Signing keys: one row, replaced by compare-and-swap in one statement.

use crate::Sqlite;
use crate::domain::{column, integer, store_error};
use stockade_authn::jose::rotation::{Replacing, SealedSigningKeys, SigningKeyStore};
use stockade_core::StoreError;

#[async_trait::async_trait]
impl SigningKeyStore for Sqlite {
    async fn load(&self) -> Result<Option<SealedSigningKeys>, StoreError> {
        let row = sqlx::query("SELECT version, sealed FROM signing_keys WHERE id = 1")
            .fetch_optional(self.readers())
            .await
            .map_err(store_error)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(SealedSigningKeys { version: column(&row, "version")?, bytes: column(&row, "sealed")? }))
    }

    async fn replace(&self, expected: Option<u64>, bytes: Vec<u8>) -> Result<Replacing, StoreError> {
        if bytes.len() > SealedSigningKeys::MAX_LEN {
            return Err(StoreError::corrupt("the record of signing keys is too long"));
        }
        let statement = match expected {
            None => sqlx::query(
                "INSERT INTO signing_keys (id, version, sealed) VALUES (1, ?, ?) ON CONFLICT DO NOTHING",
            ),
            Some(_) => {
                sqlx::query("UPDATE signing_keys SET version = ?, sealed = ? WHERE id = 1 AND version = ?")
            }
        };
        let statement = statement.bind(integer(SealedSigningKeys::version_after(expected))).bind(bytes);
        let statement = match expected {
            None => statement,
            Some(expected) => statement.bind(integer(expected)),
        };
        let done = statement.execute(self.writer()).await.map_err(store_error)?;
        Ok(if done.rows_affected() == 1 { Replacing::Replaced } else { Replacing::Changed })
    }
}
