//! Who holds which role.

mod memory;
#[cfg(test)]
mod tests;

pub use memory::MemoryRoleAssignments;

use std::sync::Arc;
use stockade_core::{RoleName, StoreError, SubjectId};

/// Remembers which subject holds which role. Knows no policy: whether a role exists is asked of [`Policy::defines`] by whoever
/// hands it out.
///
/// Each method is one atomic decision, and a read sees every decision that was taken before it began. A role too many is somebody
/// who may what they should not; a role too few is somebody locked out. Where a store cannot tell, it errs towards too few.
///
/// [`Policy::defines`]: crate::Policy::defines
#[async_trait::async_trait]
pub trait RoleAssignments: Send + Sync {
    /// The roles of `subject`, in the order of their names, each once. A subject that nobody has heard of holds none.
    ///
    /// # Errors
    /// The store did not answer. The caller must not go on as if the subject held roles.
    async fn roles_of(&self, subject: &SubjectId) -> Result<Vec<RoleName>, StoreError>;

    /// Gives `role` to `subject`. Of callers that give the same role to the same subject at once, one is told `Granted`.
    ///
    /// # Errors
    /// The store did not answer; whether the role was given is unknown.
    async fn grant(&self, subject: &SubjectId, role: &RoleName) -> Result<Granting, StoreError>;

    /// Takes `role` from `subject`. Of callers that take it at once, one is told `Revoked`. Credentials that carry the role keep
    /// it until they expire or are revoked.
    ///
    /// # Errors
    /// The store did not answer; whether the role was taken is unknown.
    async fn revoke(&self, subject: &SubjectId, role: &RoleName) -> Result<Revoking, StoreError>;

    /// Gives `role` to `subject` if nobody has ever held it, the subject itself included: how the first account of a fresh
    /// installation becomes its administrator. At most once in the life of a store a role is given this way, to one of any
    /// number of callers at once. That a role was held is kept with the first grant of it, whichever method made that, in the
    /// same step; no revocation, deletion of the holder or restart forgets it.
    ///
    /// A false `Granted` makes a stranger administrator; a false `HeldBefore` leaves the installation without one, which an
    /// operator mends with [`grant`](Self::grant).
    ///
    /// # Errors
    /// The store did not answer; whether the role was given is unknown.
    async fn grant_first(&self, subject: &SubjectId, role: &RoleName) -> Result<FirstGrant, StoreError>;
}

/// How [`RoleAssignments::grant`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Granting {
    /// The subject holds the role from now on.
    Granted,
    /// It did already.
    AlreadyHeld,
}

/// How [`RoleAssignments::revoke`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Revoking {
    /// The subject does not hold the role any more.
    Revoked,
    /// It did not before.
    NotHeld,
}

/// How [`RoleAssignments::grant_first`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum FirstGrant {
    /// Nobody had ever held the role; the subject holds it from now on.
    Granted,
    /// Somebody holds it or once did; nothing was changed.
    HeldBefore,
}

#[async_trait::async_trait]
impl<A: RoleAssignments + ?Sized> RoleAssignments for Arc<A> {
    async fn roles_of(&self, subject: &SubjectId) -> Result<Vec<RoleName>, StoreError> {
        (**self).roles_of(subject).await
    }

    async fn grant(&self, subject: &SubjectId, role: &RoleName) -> Result<Granting, StoreError> {
        (**self).grant(subject, role).await
    }

    async fn revoke(&self, subject: &SubjectId, role: &RoleName) -> Result<Revoking, StoreError> {
        (**self).revoke(subject, role).await
    }

    async fn grant_first(&self, subject: &SubjectId, role: &RoleName) -> Result<FirstGrant, StoreError> {
        (**self).grant_first(subject, role).await
    }
}
