//! From a session to the tokens that a client gets.

use crate::FlowError;
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::access::{AccessIssuer, Grant, SessionBinding};
use stockade_core::{AuthMethods, Secret, SubjectId, UnixMillis};
use stockade_rbac::RoleAssignments;

/// What a client gets for a login or a refresh.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TokenPair {
    /// The access token, for the `Authorization` header.
    pub access_token: Secret<String>,
    /// The refresh token, for the refresh call alone. Good for one use.
    pub refresh_token: Secret<String>,
    /// How long the access token lives.
    pub expires_in: Duration,
}

/// Issues tokens with the roles that a subject holds now.
#[derive(Clone)]
pub(crate) struct Grants {
    pub(crate) roles: Arc<dyn RoleAssignments>,
    pub(crate) issuer: AccessIssuer,
}

impl Grants {
    pub(crate) async fn pair(
        &self,
        subject: SubjectId,
        binding: SessionBinding,
        authenticated_at: UnixMillis,
        methods: AuthMethods,
        refresh_token: Secret<String>,
    ) -> Result<TokenPair, FlowError> {
        let roles = self.roles.roles_of(&subject).await?;
        let grant = Grant::new(subject)
            .in_session(binding)
            .with_roles(roles)
            .authenticated(authenticated_at, methods);
        let access = self.issuer.issue(grant)?;
        Ok(TokenPair { access_token: access.token, refresh_token, expires_in: access.expires_in })
    }
}
