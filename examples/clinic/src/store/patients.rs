//! The table of patients.

use super::{Change, MAX_ROWS, Store, unavailable};
use crate::ids::PatientId;
use stockade::core::{StoreError, TenantId};

/// A patient as the table has it.
#[derive(Clone, sqlx::FromRow)]
pub(crate) struct PatientRow {
    #[sqlx(try_from = "String")]
    pub(crate) id: PatientId,
    pub(crate) record: Vec<u8>,
    pub(crate) name: Vec<u8>,
    pub(crate) notes: Vec<u8>,
    pub(crate) born: Option<Vec<u8>>,
    pub(crate) created_at: i64,
}

impl Store {
    pub(crate) async fn add_patient(
        &self,
        tenant: &TenantId,
        row: PatientRow,
        record_index: Vec<u8>,
    ) -> Result<Change, StoreError> {
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO patients (id, tenant, record_index, record, name, notes, born, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(row.id.to_string())
        .bind(tenant.as_str())
        .bind(record_index)
        .bind(row.record)
        .bind(row.name)
        .bind(row.notes)
        .bind(row.born)
        .bind(row.created_at)
        .execute(&mut *change)
        .await
        .map_err(unavailable)?;
        Ok(Change(change))
    }

    pub(crate) async fn patient(
        &self,
        tenant: &TenantId,
        id: PatientId,
    ) -> Result<Option<PatientRow>, StoreError> {
        sqlx::query_as("SELECT * FROM patients WHERE tenant = ? AND id = ?")
            .bind(tenant.as_str())
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(unavailable)
    }

    /// The patients whose blind index is `record_index`: all who have the record number, and now and then one who has not.
    pub(crate) async fn candidates(
        &self,
        tenant: &TenantId,
        record_index: Vec<u8>,
    ) -> Result<Vec<PatientRow>, StoreError> {
        sqlx::query_as("SELECT * FROM patients WHERE tenant = ? AND record_index = ? ORDER BY id LIMIT ?")
            .bind(tenant.as_str())
            .bind(record_index)
            .bind(MAX_ROWS)
            .fetch_all(&self.readers)
            .await
            .map_err(unavailable)
    }
}
