//! Making access tokens.

use super::actor::Actor;
use super::claims::{Audience, MAX_ROLES, WireClaims};
use super::{ACCESS_TOKEN_TYPE, Grant, TokenConfig, TokenConfigError};
use crate::jose::{self, MAX_TOKEN_LEN, SigningSource};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{Clock, Entropy, EntropyError, Problem, RequestId, Secret, UnixMillis};

/// Issues access tokens.
#[derive(Debug, Clone)]
pub struct AccessIssuer {
    keys: SigningSource,
    config: Arc<TokenConfig>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
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
    /// The lifetime asked for is under a second, or longer than verifiers accept.
    #[error("the token's lifetime is not acceptable")]
    Lifetime,
    /// Somebody would act in their own name, or without a session that their token could be called back through.
    #[error("an actor needs a session, and another subject to act for")]
    Actor,
}

impl From<&IssueError> for Problem {
    fn from(error: &IssueError) -> Self {
        match error {
            IssueError::Entropy(_) => Self::unavailable(),
            _ => Self::internal(),
        }
    }
}

impl AccessIssuer {
    /// An issuer with these keys and settings: an `Arc<KeyRing>`, or [`SigningKeys`](crate::jose::rotation::SigningKeys), whose
    /// rotations it follows.
    ///
    /// # Errors
    /// The settings make no sense.
    pub fn new(
        keys: impl Into<SigningSource>,
        config: TokenConfig,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, TokenConfigError> {
        config.validate()?;
        Ok(Self { keys: keys.into(), config: Arc::new(config), clock, entropy })
    }

    /// Makes a token. Costs one signature.
    ///
    /// # Errors
    /// There is no randomness, the key does not work, or what is granted breaks a rule that a verifier would refuse it for.
    pub fn issue(&self, grant: Grant) -> Result<AccessToken, IssueError> {
        if grant.roles.len() > MAX_ROLES {
            return Err(IssueError::TooLong);
        }
        if grant.actor.as_ref().is_some_and(|actor| *actor == grant.subject || grant.session.is_none()) {
            return Err(IssueError::Actor);
        }
        let expires_in = self.lifetime(&grant)?;
        let now = self.clock.now();
        let jti = RequestId::generate(now, &*self.entropy)?;
        let claims = WireClaims {
            iss: self.config.issuer.as_str().into(),
            sub: grant.subject,
            aud: Audience::One(self.config.audience.as_str().into()),
            exp: now.plus(expires_in).as_secs(),
            nbf: None,
            iat: now.as_secs(),
            jti: jti.as_str().into(),
            client_id: self.config.client_id.as_str().into(),
            auth_time: grant.auth_time.map(UnixMillis::as_secs),
            acr: (!grant.methods.is_empty()).then(|| grant.methods.assurance().name().into()),
            amr: grant.methods,
            act: grant.actor.map(Actor),
            sid: grant.session.map(|binding| binding.session),
            sv: grant.session.map(|binding| binding.security_version),
            tenant: grant.tenant,
            roles: grant.roles,
        };
        let payload = serde_json::to_vec(&claims).map_err(|_| IssueError::Key)?;
        let signed = self.keys.with_signing(|key| jose::sign(&payload, ACCESS_TOKEN_TYPE, key));
        let token = signed.and_then(Result::ok).ok_or(IssueError::Key)?;
        if token.len() > MAX_TOKEN_LEN {
            return Err(IssueError::TooLong);
        }
        Ok(AccessToken { token: Secret::new(token), expires_in })
    }

    fn lifetime(&self, grant: &Grant) -> Result<Duration, IssueError> {
        let longest = match grant.actor {
            Some(_) => self.config.max_lifetime.min(TokenConfig::MAX_IMPERSONATION),
            None => self.config.max_lifetime,
        };
        match grant.lifetime {
            None => Ok(self.config.access_ttl.min(longest)),
            Some(lifetime) if (Duration::from_secs(1)..=longest).contains(&lifetime) => Ok(lifetime),
            Some(_) => Err(IssueError::Lifetime),
        }
    }
}
