//! Making access tokens.

use super::claims::{Audience, MAX_ROLES, SessionBinding, WireClaims};
use super::{ACCESS_TOKEN_TYPE, TokenConfig, TokenConfigError};
use crate::jose::{self, KeyRing, MAX_TOKEN_LEN};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{
    Clock, Entropy, EntropyError, Problem, RequestId, RoleName, Secret, SubjectId, TenantId, UnixMillis,
};

/// Issues access tokens.
#[derive(Debug, Clone)]
pub struct AccessIssuer {
    keys: Arc<KeyRing>,
    config: Arc<TokenConfig>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// What a new token shall say.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Who it is about.
    pub subject: SubjectId,
    /// The tenant that the subject acts for.
    pub tenant: Option<TenantId>,
    /// The session that it belongs to. Without one it cannot be called back before it ends.
    pub session: Option<SessionBinding>,
    /// The roles held now; at most 64.
    pub roles: Vec<RoleName>,
    /// When the person last proved who they are.
    pub auth_time: Option<UnixMillis>,
}

/// A new access token.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AccessToken {
    /// The token itself.
    pub token: Secret<String>,
    /// How long it lives from now.
    pub expires_in: Duration,
}

/// A token could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The system gave no randomness for the token's id.
    #[error("no randomness for the token's id")]
    Entropy(#[from] EntropyError),
    /// The signing key did not work.
    #[error("the signing key cannot be used")]
    Key,
    /// With all these roles the token would not fit a header line.
    #[error("the token would be too long")]
    TooLong,
}

impl From<&IssueError> for Problem {
    fn from(error: &IssueError) -> Self {
        match error {
            IssueError::Entropy(_) => Self::unavailable(),
            IssueError::Key | IssueError::TooLong => Self::internal(),
        }
    }
}

impl AccessIssuer {
    /// An issuer with these keys and settings.
    ///
    /// # Errors
    /// The settings make no sense.
    pub fn new(
        keys: Arc<KeyRing>,
        config: TokenConfig,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, TokenConfigError> {
        config.validate()?;
        Ok(Self { keys, config: Arc::new(config), clock, entropy })
    }

    /// Makes a token. Costs one signature.
    ///
    /// # Errors
    /// There is no randomness, the key does not work, or the roles do not fit.
    pub fn issue(&self, grant: Grant) -> Result<AccessToken, IssueError> {
        if grant.roles.len() > MAX_ROLES {
            return Err(IssueError::TooLong);
        }
        let now = self.clock.now();
        let jti = RequestId::generate(now, &*self.entropy)?;
        let claims = WireClaims {
            iss: self.config.issuer.as_str().into(),
            sub: grant.subject,
            aud: Audience::One(self.config.audience.as_str().into()),
            exp: now.plus(self.config.access_ttl).as_secs(),
            nbf: None,
            iat: now.as_secs(),
            jti: jti.as_str().into(),
            client_id: self.config.client_id.as_str().into(),
            auth_time: grant.auth_time.map(UnixMillis::as_secs),
            sid: grant.session.map(|binding| binding.session),
            sv: grant.session.map(|binding| binding.security_version),
            tenant: grant.tenant,
            roles: grant.roles,
        };
        let payload = serde_json::to_vec(&claims).map_err(|_| IssueError::Key)?;
        let token =
            jose::sign(&payload, ACCESS_TOKEN_TYPE, self.keys.active()).map_err(|_| IssueError::Key)?;
        if token.len() > MAX_TOKEN_LEN {
            return Err(IssueError::TooLong);
        }
        Ok(AccessToken { token: Secret::new(token), expires_in: self.config.access_ttl })
    }
}
