//! Signing keys: one row, replaced by compare-and-swap in one statement.

use crate::Postgres;
use crate::domain::{column, integer, number, store_error};
use stockade_authn::jose::rotation::{Replacing, SealedSigningKeys, SigningKeyStore};
use stockade_core::StoreError;

#[async_trait::async_trait]
impl SigningKeyStore for Postgres {
    async fn load(&self) -> Result<Option<SealedSigningKeys>, StoreError> {
        let row = self.decide(|| async {
            sqlx::query("SELECT version, sealed FROM stockade.signing_keys")
                .fetch_optional(self.pool())
                .await
                .map_err(store_error)
        });
        let Some(row) = row.await? else { return Ok(None) };
        Ok(Some(SealedSigningKeys { version: number(&row, "version")?, bytes: column(&row, "sealed")? }))
    }

    async fn replace(&self, expected: Option<u64>, bytes: Vec<u8>) -> Result<Replacing, StoreError> {
        if bytes.len() > SealedSigningKeys::MAX_LEN {
            return Err(StoreError::corrupt("the record of signing keys is too long"));
        }
        let (bytes, version) = (&bytes, integer(SealedSigningKeys::version_after(expected)));
        let done = self.decide(|| async move {
            let statement = match expected {
                None => sqlx::query(
                    "INSERT INTO stockade.signing_keys (version, sealed) VALUES ($1, $2)
                     ON CONFLICT DO NOTHING",
                )
                .bind(version)
                .bind(bytes),
                Some(expected) => sqlx::query(
                    "UPDATE stockade.signing_keys SET version = $1, sealed = $2 WHERE version = $3",
                )
                .bind(version)
                .bind(bytes)
                .bind(integer(expected)),
            };
            statement.execute(self.pool()).await.map_err(store_error)
        });
        Ok(if done.await?.rows_affected() == 1 { Replacing::Replaced } else { Replacing::Changed })
    }
}
