//! Assignments that end with the process.

use super::{Granting, Revoking, RoleAssignments, Vacancy};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use stockade_core::{RoleName, StoreError, SubjectId};

/// Role assignments in memory, for tests and for services whose roles come from their configuration.
///
/// Bounded: past [`MAX_ASSIGNMENTS`](Self::MAX_ASSIGNMENTS) a further one is refused as unavailable, and those that stand are kept.
#[derive(Debug, Default)]
pub struct MemoryRoleAssignments {
    tables: Mutex<Tables>,
}

#[derive(Debug, Default)]
struct Tables {
    roles: HashMap<SubjectId, BTreeSet<RoleName>>,
    /// How many subjects hold a role; at least one for each that stands here.
    holders: HashMap<RoleName, usize>,
    assignments: usize,
}

/// Why no further assignment is taken.
#[derive(Debug, thiserror::Error)]
#[error("the store holds its most of {} role assignments", MemoryRoleAssignments::MAX_ASSIGNMENTS)]
struct Full;

impl MemoryRoleAssignments {
    /// The most assignments, one a subject and role: some ten megabytes.
    pub const MAX_ASSIGNMENTS: usize = 100_000;

    /// Nobody holds a role.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn grant(&mut self, subject: &SubjectId, role: &RoleName) -> Result<Granting, StoreError> {
        if self.roles.get(subject).is_some_and(|held| held.contains(role)) {
            return Ok(Granting::AlreadyHeld);
        }
        if self.assignments >= MemoryRoleAssignments::MAX_ASSIGNMENTS {
            return Err(StoreError::unavailable(Full));
        }
        self.roles.entry(subject.clone()).or_default().insert(role.clone());
        *self.holders.entry(role.clone()).or_default() += 1;
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
        if let Some(holders) = self.holders.get_mut(role) {
            *holders -= 1;
            if *holders == 0 {
                self.holders.remove(role);
            }
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

    async fn grant_if_vacant(&self, subject: &SubjectId, role: &RoleName) -> Result<Vacancy, StoreError> {
        let mut tables = self.lock();
        if tables.holders.contains_key(role) {
            return Ok(Vacancy::Occupied);
        }
        tables.grant(subject, role).map(|_| Vacancy::Filled)
    }
}
