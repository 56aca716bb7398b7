//! What a caller may see of their own account.

use crate::FlowError;
use std::fmt;
use std::sync::Arc;
use stockade_authn::account::AccountStore;
use stockade_core::{Principal, RoleName, SubjectId, UnixMillis};
use stockade_rbac::RoleAssignments;

/// An account as its owner sees it: no hash, no secret (ASVS 15.3.1).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct AccountView {
    /// Its id.
    pub id: SubjectId,
    /// How the person wants to be called.
    pub name: String,
    /// The address.
    pub email: String,
    /// Whether mail to it has reached them.
    pub email_verified: bool,
    /// The roles held now, which may differ from those in the access token until the next refresh.
    pub roles: Vec<RoleName>,
    /// When it was made, in milliseconds since the epoch.
    pub created_at: UnixMillis,
}

/// Shows callers their own account.
#[derive(Clone)]
pub struct MeFlow {
    pub(crate) accounts: Arc<dyn AccountStore>,
    pub(crate) roles: Arc<dyn RoleAssignments>,
}

impl MeFlow {
    /// The caller's account; `None` if it is gone.
    ///
    /// # Errors
    /// A store failed.
    pub async fn run(&self, caller: &Principal) -> Result<Option<AccountView>, FlowError> {
        let Some(account) = self.accounts.by_id(caller.subject()).await? else { return Ok(None) };
        let roles = self.roles.roles_of(&account.id).await?;
        Ok(Some(AccountView {
            id: account.id,
            name: account.name.as_str().to_owned(),
            email: account.email.as_str().to_owned(),
            email_verified: account.email_verified_at.is_some(),
            roles,
            created_at: account.created_at,
        }))
    }
}

impl fmt::Debug for MeFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeFlow").finish_non_exhaustive()
    }
}
