//! Who holds which role.

use crate::Postgres;
use crate::domain::store_error;
use stockade_core::{RoleName, StoreError, SubjectId};
use stockade_rbac::{FirstGrant, Granting, Revoking, RoleAssignments};

#[async_trait::async_trait]
impl RoleAssignments for Postgres {
    async fn roles_of(&self, subject: &SubjectId) -> Result<Vec<RoleName>, StoreError> {
        let names = self.decide(|| async {
            sqlx::query_scalar("SELECT role FROM stockade.role_assignments WHERE subject = $1 ORDER BY role")
                .bind(subject.as_str())
                .fetch_all(self.pool())
                .await
                .map_err(store_error)
        });
        let names: Vec<String> = names.await?;
        names.iter().map(|name| name.parse().map_err(StoreError::corrupt)).collect()
    }

    async fn grant(&self, subject: &SubjectId, role: &RoleName) -> Result<Granting, StoreError> {
        let granted = self.change(
            "INSERT INTO stockade.role_assignments (subject, role) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            subject,
            role,
        );
        Ok(if granted.await? == 1 { Granting::Granted } else { Granting::AlreadyHeld })
    }

    async fn revoke(&self, subject: &SubjectId, role: &RoleName) -> Result<Revoking, StoreError> {
        let revoked = self.change(
            "DELETE FROM stockade.role_assignments WHERE subject = $1 AND role = $2",
            subject,
            role,
        );
        Ok(if revoked.await? == 1 { Revoking::Revoked } else { Revoking::NotHeld })
    }

    async fn grant_first(&self, subject: &SubjectId, role: &RoleName) -> Result<FirstGrant, StoreError> {
        // The note that the role is held is what callers race for: its key makes all but one wait, and then find it there.
        let granted = self.change(
            "WITH first AS (INSERT INTO stockade.roles_held (role) VALUES ($2) ON CONFLICT DO NOTHING RETURNING role)
             INSERT INTO stockade.role_assignments (subject, role) SELECT $1, role FROM first",
            subject,
            role,
        );
        Ok(if granted.await? == 1 { FirstGrant::Granted } else { FirstGrant::HeldBefore })
    }
}

impl Postgres {
    async fn change(
        &self,
        sql: &'static str,
        subject: &SubjectId,
        role: &RoleName,
    ) -> Result<u64, StoreError> {
        let changed = self.decide(|| async {
            let change = sqlx::query(sql).bind(subject.as_str()).bind(role.as_str());
            change.execute(self.pool()).await.map_err(store_error)
        });
        Ok(changed.await?.rows_affected())
    }
}
