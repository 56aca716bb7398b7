use super::*;
use crate::laws;
use stockade_core::StoreErrorKind;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_memory_store_keeps_every_law() {
    laws::all(Arc::new(MemoryRoleAssignments::new())).await;
}

#[tokio::test]
async fn flood_of_assignments_stops_at_the_cap_and_keeps_what_stands() {
    let store = MemoryRoleAssignments::new();
    let role: RoleName = "user".parse().unwrap();
    let subject = |n: usize| -> SubjectId { format!("user-{n}").parse().unwrap() };
    for n in 0..MemoryRoleAssignments::MAX_ASSIGNMENTS {
        assert_eq!(store.grant(&subject(n), &role).await.unwrap(), Granting::Granted);
    }
    let late = subject(MemoryRoleAssignments::MAX_ASSIGNMENTS);
    assert_eq!(store.grant(&late, &role).await.unwrap_err().kind(), StoreErrorKind::Unavailable);
    let vacant = "admin".parse().unwrap();
    assert_eq!(store.grant_first(&late, &vacant).await.unwrap_err().kind(), StoreErrorKind::Unavailable);
    assert!(store.roles_of(&late).await.unwrap().is_empty());
    assert_eq!(store.grant(&subject(0), &role).await.unwrap(), Granting::AlreadyHeld);
    assert_eq!(store.revoke(&subject(0), &role).await.unwrap(), Revoking::Revoked);
    assert_eq!(store.grant(&late, &role).await.unwrap(), Granting::Granted);
}

/// Looks first and acts later, as two statements against a store do.
#[derive(Default)]
struct Hasty(MemoryRoleAssignments);

#[async_trait::async_trait]
impl RoleAssignments for Hasty {
    async fn roles_of(&self, subject: &SubjectId) -> Result<Vec<RoleName>, StoreError> {
        self.0.roles_of(subject).await
    }

    async fn grant(&self, subject: &SubjectId, role: &RoleName) -> Result<Granting, StoreError> {
        let held = self.0.roles_of(subject).await?.contains(role);
        tokio::task::yield_now().await;
        let _ = self.0.grant(subject, role).await?;
        Ok(if held { Granting::AlreadyHeld } else { Granting::Granted })
    }

    async fn revoke(&self, subject: &SubjectId, role: &RoleName) -> Result<Revoking, StoreError> {
        let held = self.0.roles_of(subject).await?.contains(role);
        tokio::task::yield_now().await;
        let _ = self.0.revoke(subject, role).await?;
        Ok(if held { Revoking::Revoked } else { Revoking::NotHeld })
    }

    /// Asks who holds the role, as this method once did, and forgets who has held it.
    async fn grant_first(&self, subject: &SubjectId, role: &RoleName) -> Result<FirstGrant, StoreError> {
        let holders = self.0.holders(role);
        tokio::task::yield_now().await;
        if holders > 0 {
            return Ok(FirstGrant::HeldBefore);
        }
        self.0.grant(subject, role).await.map(|_| FirstGrant::Granted)
    }
}

impl MemoryRoleAssignments {
    fn holders(&self, role: &RoleName) -> usize {
        self.lock().roles.values().filter(|held| held.contains(role)).count()
    }
}

#[tokio::test]
#[should_panic(expected = "round")]
async fn race_for_the_first_admin_is_caught_by_the_laws() {
    laws::a_first_grant_has_one_winner(Arc::new(Hasty::default())).await;
}

#[tokio::test]
#[should_panic(expected = "HeldBefore")]
async fn replay_of_the_first_grant_after_a_revocation_is_caught_by_the_laws() {
    laws::a_revocation_reopens_nothing(Arc::new(Hasty::default())).await;
}

#[tokio::test]
async fn flood_of_role_names_stops_at_the_cap_and_keeps_what_was_claimed() {
    let store = MemoryRoleAssignments::new();
    let subject: SubjectId = "user".parse().unwrap();
    let role = |n: usize| -> RoleName { format!("role-{n}").parse().unwrap() };
    for n in 0..MemoryRoleAssignments::MAX_ROLES {
        assert_eq!(store.grant(&subject, &role(n)).await.unwrap(), Granting::Granted);
        assert_eq!(store.revoke(&subject, &role(n)).await.unwrap(), Revoking::Revoked);
    }
    let late = role(MemoryRoleAssignments::MAX_ROLES);
    assert_eq!(store.grant(&subject, &late).await.unwrap_err().kind(), StoreErrorKind::Unavailable);
    assert_eq!(store.grant_first(&subject, &late).await.unwrap_err().kind(), StoreErrorKind::Unavailable);
    assert_eq!(store.grant_first(&subject, &role(0)).await.unwrap(), FirstGrant::HeldBefore);
    assert_eq!(store.grant(&subject, &role(0)).await.unwrap(), Granting::Granted);
}

#[tokio::test]
#[should_panic(expected = "round")]
async fn race_to_grant_is_caught_by_the_laws() {
    laws::a_grant_has_one_winner(Arc::new(Hasty::default())).await;
}

#[tokio::test]
#[should_panic(expected = "round")]
async fn race_to_revoke_is_caught_by_the_laws() {
    laws::a_revocation_has_one_winner(Arc::new(Hasty::default())).await;
}
