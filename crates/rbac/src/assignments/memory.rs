//! Assignments that end with the process.

use super::{FirstGrant, Granting, Revoking, RoleAssignments};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use stockade_core::{RoleName, StoreError, SubjectId};

/// Role assignments in memory, for tests and for services whose roles come from their configuration.
///
/// Bounded: past [`MAX_ASSIGNMENTS`](Self::MAX_ASSIGNMENTS), and for new roles past [`MAX_ROLES`](Self::MAX_ROLES), a further
/// one is refused as unavailable, and what stands is kept.
#[derive(Debug, Default)]
pub struct MemoryRoleAssignments {
    tables: Mutex<Tables>,
}

#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) roles: HashMap<SubjectId, BTreeSet<RoleName>>,
    /// Every role that was ever held.
    held: HashSet<RoleName>,
    assignments: usize,
}

/// Why no further assignment is taken.
#[derive(Debug, thiserror::Error)]
enum Full {
    #[error("the store holds its most of {} role assignments", MemoryRoleAssignments::MAX_ASSIGNMENTS)]
    Assignments,
    #[error("the store has seen its most of {} roles", MemoryRoleAssignments::MAX_ROLES)]
    Roles,
}

impl MemoryRoleAssignments {
    /// The most assignments, one a subject and role: some ten megabytes.
    pub const MAX_ASSIGNMENTS: usize = 100_000;

    /// The most roles that were ever held: as many as a policy may define.
    pub const MAX_ROLES: usize = 10_000;

    /// Nobody holds a role.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn grant(&mut self, subject: &SubjectId, role: &RoleName) -> Result<Granting, StoreError> {
        if self.roles.get(subject).is_some_and(|held| held.contains(role)) {
            return Ok(Granting::AlreadyHeld);
        }
        if self.assignments >= MemoryRoleAssignments::MAX_ASSIGNMENTS {
            return Err(StoreError::unavailable(Full::Assignments));
        }
        if !self.held.contains(role) {
            if self.held.len() >= MemoryRoleAssignments::MAX_ROLES {
                return Err(StoreError::unavailable(Full::Roles));
            }
            self.held.insert(role.clone());
        }
        self.roles.entry(subject.clone()).or_default().insert(role.clone());
        self.assignments += 1;
        Ok(Granting::Granted)
    }

    fn revoke(&mut self, subject: &SubjectId, role: &RoleName) -> Revoking {
        let Some(held) = self.roles.get_mut(subject) else { return Revoking::NotHeld };
        if !held.remove(role) {
            return Revoking::NotHeld;
        }
        if held.is_empty() {
            self.roles.remove(subject);
        }
        self.assignments -= 1;
        Revoking::Revoked
    }
}

#[async_trait::async_trait]
impl RoleAssignments for MemoryRoleAssignments {
    async fn roles_of(&self, subject: &SubjectId) -> Result<Vec<RoleName>, StoreError> {
        Ok(self.lock().roles.get(subject).map(|held| held.iter().cloned().collect()).unwrap_or_default())
    }

    async fn grant(&self, subject: &SubjectId, role: &RoleName) -> Result<Granting, StoreError> {
        self.lock().grant(subject, role)
    }

    async fn revoke(&self, subject: &SubjectId, role: &RoleName) -> Result<Revoking, StoreError> {
        Ok(self.lock().revoke(subject, role))
    }

    async fn grant_first(&self, subject: &SubjectId, role: &RoleName) -> Result<FirstGrant, StoreError> {
        let mut tables = self.lock();
        if tables.held.contains(role) {
            return Ok(FirstGrant::HeldBefore);
        }
        tables.grant(subject, role).map(|_| FirstGrant::Granted)
    }
}
