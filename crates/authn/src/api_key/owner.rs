//! What the owner of a key may do now.

use stockade_core::{RoleName, StoreError, SubjectId};

/// Knows the roles of the owners of keys. A key acts with what its owner may do **now**, not when it was made; what is known is
/// remembered for as long as a key's standing.
///
/// The answer covers the account too: a key of a disabled account must not act. A false `Active` keeps the keys of somebody who has
/// left working; a false `MayNotAct` stops programs.
#[async_trait::async_trait]
pub trait RolesOf: Send + Sync {
    /// The roles that `owner` holds, or that they may not act at all.
    ///
    /// # Errors
    /// It is not known now. The key is refused, because nothing says what it may do.
    async fn roles_of(&self, owner: &SubjectId) -> Result<OwnerRoles, StoreError>;
}

/// What the owner of a key may do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum OwnerRoles {
    /// They hold these roles.
    Active(Vec<RoleName>),
    /// Their account is disabled, not yet confirmed, or gone.
    MayNotAct,
}

/// For a service without roles: every owner is active and holds none.
#[derive(Debug, Clone, Copy, Default)]
pub struct WithoutRoles;

#[async_trait::async_trait]
impl RolesOf for WithoutRoles {
    async fn roles_of(&self, _: &SubjectId) -> Result<OwnerRoles, StoreError> {
        Ok(OwnerRoles::Active(Vec::new()))
    }
}
