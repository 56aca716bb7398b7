//! The table of analyses.

use super::{Change, MAX_ROWS, Store, unavailable};
use crate::ids::{AnalysisId, PatientId};
use stockade::core::{StoreError, TenantId};

/// An analysis as the table has it.
#[derive(Clone, sqlx::FromRow)]
pub(crate) struct AnalysisRow {
    #[sqlx(try_from = "String")]
    pub(crate) id: AnalysisId,
    #[sqlx(try_from = "String")]
    pub(crate) patient: PatientId,
    pub(crate) image: Option<String>,
    pub(crate) author: String,
    pub(crate) finding: Vec<u8>,
    pub(crate) created_at: i64,
}

impl Store {
    pub(crate) async fn add_analysis(
        &self,
        tenant: &TenantId,
        row: AnalysisRow,
    ) -> Result<Change, StoreError> {
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO analyses (id, tenant, patient, image, author, finding, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(row.id.to_string())
        .bind(tenant.as_str())
        .bind(row.patient.to_string())
        .bind(row.image)
        .bind(row.author)
        .bind(row.finding)
        .bind(row.created_at)
        .execute(&mut *change)
        .await
        .map_err(unavailable)?;
        Ok(Change(change))
    }

    /// A patient's analyses, newest first, from `before` on; one more than a page, if there is one.
    pub(crate) async fn analyses(
        &self,
        tenant: &TenantId,
        patient: PatientId,
        before: Option<AnalysisId>,
    ) -> Result<Vec<AnalysisRow>, StoreError> {
        sqlx::query_as(
            "SELECT * FROM analyses WHERE tenant = ?1 AND patient = ?2 AND (?3 IS NULL OR id < ?3) ORDER BY id DESC LIMIT ?4",
        )
        .bind(tenant.as_str())
        .bind(patient.to_string())
        .bind(before.map(|id| id.to_string()))
        .bind(MAX_ROWS + 1)
        .fetch_all(&self.readers)
        .await
        .map_err(unavailable)
    }
}
