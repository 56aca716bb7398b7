//! The table of images. What is in them lies in files.

use super::{Change, Store, millis, unavailable};
use crate::ids::{ImageId, InvalidId, PatientId};
use stockade::core::{StoreError, TenantId, UnixMillis};

impl Store {
    pub(crate) async fn add_image(
        &self,
        tenant: &TenantId,
        patient: PatientId,
        id: ImageId,
        at: UnixMillis,
    ) -> Result<Change, StoreError> {
        let mut change = self.change().await?;
        sqlx::query("INSERT INTO images (id, tenant, patient, created_at) VALUES (?, ?, ?, ?)")
            .bind(id.to_string())
            .bind(tenant.as_str())
            .bind(patient.to_string())
            .bind(millis(at))
            .execute(&mut *change)
            .await
            .map_err(unavailable)?;
        Ok(Change(change))
    }

    /// Whether the patient has this image.
    pub(crate) async fn image(
        &self,
        tenant: &TenantId,
        patient: PatientId,
        id: ImageId,
    ) -> Result<Option<ImageId>, StoreError> {
        let found: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM images WHERE tenant = ? AND patient = ? AND id = ?")
                .bind(tenant.as_str())
                .bind(patient.to_string())
                .bind(id.to_string())
                .fetch_optional(&self.readers)
                .await
                .map_err(unavailable)?;
        Ok(found.map(|_| id))
    }

    /// Whether any tenant's patient has this image.
    pub(crate) async fn knows_image(&self, id: ImageId) -> Result<bool, StoreError> {
        let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM images WHERE id = ?")
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(unavailable)?;
        Ok(found.is_some())
    }

    pub(crate) async fn images_after(
        &self,
        tenant: &TenantId,
        after: Option<ImageId>,
        limit: u32,
    ) -> Result<Vec<(PatientId, ImageId)>, StoreError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT patient, id FROM images WHERE tenant = ?1 AND (?2 IS NULL OR id > ?2) ORDER BY id LIMIT ?3")
                .bind(tenant.as_str())
                .bind(after.map(|id| id.to_string()))
                .bind(limit)
                .fetch_all(&self.readers)
                .await
                .map_err(unavailable)?;
        let parsed = rows.iter().map(|(patient, image)| Ok((patient.parse()?, image.parse()?)));
        parsed.collect::<Result<_, InvalidId>>().map_err(StoreError::corrupt)
    }
}
