//! Who holds which role.

use crate::Sqlite;
use crate::domain::store_error;
use stockade_core::{RoleName, StoreError, SubjectId};
use stockade_rbac::{FirstGrant, Granting, Revoking, RoleAssignments};

#[async_trait::async_trait]
impl RoleAssignments for Sqlite {
    async fn roles_of(&self, subject: &SubjectId) -> Result<Vec<RoleName>, StoreError> {
        let names: Vec<String> =
            sqlx::query_scalar("SELECT role FROM role_assignments WHERE subject = ? ORDER BY role")
                .bind(subject.as_str())
                .fetch_all(self.readers())
                .await
                .map_err(store_error)?;
        names.iter().map(|name| name.parse().map_err(StoreError::corrupt)).collect()
    }

    async fn grant(&self, subject: &SubjectId, role: &RoleName) -> Result<Granting, StoreError> {
        let granted =
            sqlx::query("INSERT INTO role_assignments (subject, role) VALUES (?, ?) ON CONFLICT DO NOTHING")
                .bind(subject.as_str())
                .bind(role.as_str())
                .execute(self.writer())
                .await
                .map_err(store_error)?;
        Ok(if granted.rows_affected() == 1 { Granting::Granted } else { Granting::AlreadyHeld })
    }

    async fn revoke(&self, subject: &SubjectId, role: &RoleName) -> Result<Revoking, StoreError> {
        let revoked = sqlx::query("DELETE FROM role_assignments WHERE subject = ? AND role = ?")
            .bind(subject.as_str())
            .bind(role.as_str())
            .execute(self.writer())
            .await
            .map_err(store_error)?;
        Ok(if revoked.rows_affected() == 1 { Revoking::Revoked } else { Revoking::NotHeld })
    }

    async fn grant_first(&self, subject: &SubjectId, role: &RoleName) -> Result<FirstGrant, StoreError> {
        let granted = sqlx::query(
            "INSERT INTO role_assignments (subject, role) SELECT ?1, ?2
             WHERE NOT EXISTS (SELECT 1 FROM roles_held WHERE role = ?2)",
        )
        .bind(subject.as_str())
        .bind(role.as_str())
        .execute(self.writer())
        .await
        .map_err(store_error)?;
        Ok(if granted.rows_affected() == 1 { FirstGrant::Granted } else { FirstGrant::HeldBefore })
    }
}
