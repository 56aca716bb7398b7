//! What an access token says.

use super::actor::Actor;
use super::unique::check_unique_members;
use super::{ClaimError, TokenConfig};
use std::borrow::Cow;
use std::time::Duration;
use stockade_core::{AuthMethods, Principal, RoleName, SessionId, SubjectId, TenantId, UnixMillis};

/// The most roles that a token carries: a token must fit a header line.
pub(super) const MAX_ROLES: usize = 64;

/// The claims of a verified access token. Made only by [`AccessVerifier`](super::AccessVerifier).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessClaims {
    /// Who it is about.
    pub subject: SubjectId,
    /// The tenant that the subject acts for.
    pub tenant: Option<TenantId>,
    /// The session that it belongs to, if it belongs to one.
    pub session: Option<SessionBinding>,
    /// The roles held when it was issued.
    pub roles: Vec<RoleName>,
    /// When the person last proved who they are; of an impersonation, when the [`actor`](Self::actor) did.
    pub auth_time: Option<UnixMillis>,
    /// By what the person, or the actor, proved it; empty where the token does not say.
    pub methods: AuthMethods,
    /// Who acts in the subject's name, if it is not the subject (RFC 8693 §4.1). The session is then this person's.
    pub actor: Option<SubjectId>,
    /// When it was issued.
    pub issued_at: UnixMillis,
    /// From when on it is good: the later of `iat` and `nbf`.
    pub not_before: UnixMillis,
    /// When it ends.
    pub expires_at: UnixMillis,
}

/// The tie between a token and the session that it can be called back through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionBinding {
    /// Which session.
    pub session: SessionId,
    /// The subject's security version when the token was issued. A higher one today means that the token is outdated.
    pub security_version: u64,
}

impl AccessClaims {
    /// Whether claims that were verified at another time hold at `now`.
    pub(super) fn check_times(&self, config: &TokenConfig, now: UnixMillis) -> Result<(), ClaimError> {
        check_window(self.not_before, self.expires_at, config, now)
    }

    /// Whose session stands behind the token: the actor's, where there is one, so that the end of an administrator's session is
    /// the end of all that they do in the name of others.
    #[must_use]
    pub fn session_owner(&self) -> &SubjectId {
        self.actor.as_ref().unwrap_or(&self.subject)
    }

    /// The caller that these claims describe.
    #[must_use]
    pub fn principal(&self) -> Principal {
        let mut principal = Principal::user(self.subject.clone())
            .with_roles(self.roles.iter().cloned())
            .with_methods(self.methods);
        if let Some(tenant) = &self.tenant {
            principal = principal.in_tenant(tenant.clone());
        }
        if let Some(binding) = self.session {
            principal = principal.with_session(binding.session);
        }
        if let Some(at) = self.auth_time {
            principal = principal.authenticated_at(at);
        }
        if let Some(actor) = &self.actor {
            principal = principal.acted_by(actor.clone());
        }
        principal
    }
}

/// The claims as they stand in the token. Names that we do not know are passed over (RFC 7519 §4), but none may stand twice.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct WireClaims<'a> {
    #[serde(borrow)]
    pub(super) iss: Cow<'a, str>,
    pub(super) sub: SubjectId,
    #[serde(borrow)]
    pub(super) aud: Audience<'a>,
    pub(super) exp: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) nbf: Option<u64>,
    pub(super) iat: u64,
    #[serde(borrow)]
    pub(super) jti: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) client_id: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) auth_time: Option<u64>,
    #[serde(default, skip_serializing_if = "no_methods")]
    pub(super) amr: AuthMethods,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) acr: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) act: Option<Actor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sid: Option<SessionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sv: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tenant: Option<TenantId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) roles: Vec<RoleName>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn no_methods(methods: &AuthMethods) -> bool {
    methods.is_empty()
}

/// RFC 7519 §4.1.3: one audience, or a list.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub(super) enum Audience<'a> {
    One(#[serde(borrow)] Cow<'a, str>),
    Many(#[serde(borrow)] Vec<Cow<'a, str>>),
}

impl Audience<'_> {
    fn names(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Many(many) => many.iter().any(|one| one == audience),
        }
    }
}

impl<'a> WireClaims<'a> {
    pub(super) fn parse(json: &'a [u8]) -> Result<Self, ClaimError> {
        // What is passed over is not looked at, so its encoding is checked here (RFC 8725 §3.7).
        let json = std::str::from_utf8(json).map_err(|_| ClaimError::Malformed)?;
        check_unique_members(json)?;
        serde_json::from_str(json).map_err(|_| ClaimError::Malformed)
    }

    pub(super) fn judge(self, config: &TokenConfig, now: UnixMillis) -> Result<AccessClaims, ClaimError> {
        if self.iss != config.issuer {
            return Err(ClaimError::Issuer);
        }
        if !self.aud.names(&config.audience) {
            return Err(ClaimError::Audience);
        }
        if self.jti.is_empty() || self.client_id.is_empty() || self.roles.len() > MAX_ROLES {
            return Err(ClaimError::Malformed);
        }
        let issued_at = UnixMillis::from_secs(self.iat);
        let expires_at = UnixMillis::from_secs(self.exp);
        let not_before = self.nbf.map_or(issued_at, |nbf| issued_at.max(UnixMillis::from_secs(nbf)));
        check_window(not_before, expires_at, config, now)?;
        let lifetime = expires_at.since(issued_at);
        if lifetime == Duration::ZERO || lifetime > config.max_lifetime {
            return Err(ClaimError::Lifetime);
        }
        let session = match (self.sid, self.sv) {
            (Some(session), Some(security_version)) => Some(SessionBinding { session, security_version }),
            (None, None) => None,
            _ => return Err(ClaimError::Malformed),
        };
        // A level that the methods do not give would be a promise that nobody can check.
        if self.acr.is_some_and(|acr| self.amr.is_empty() || acr != self.amr.assurance().name()) {
            return Err(ClaimError::Malformed);
        }
        let actor = self.act.map(|act| act.0);
        if let Some(actor) = &actor {
            if *actor == self.sub || session.is_none() {
                return Err(ClaimError::Malformed);
            }
            if lifetime > TokenConfig::MAX_IMPERSONATION {
                return Err(ClaimError::Lifetime);
            }
        }
        Ok(AccessClaims {
            subject: self.sub,
            tenant: self.tenant,
            session,
            roles: self.roles,
            auth_time: self.auth_time.map(UnixMillis::from_secs),
            methods: self.amr,
            actor,
            issued_at,
            not_before,
            expires_at,
        })
    }
}

fn check_window(
    not_before: UnixMillis,
    expires_at: UnixMillis,
    config: &TokenConfig,
    now: UnixMillis,
) -> Result<(), ClaimError> {
    if expires_at.plus(config.leeway) <= now {
        return Err(ClaimError::Expired);
    }
    if not_before > now.plus(config.leeway) {
        return Err(ClaimError::NotYetValid);
    }
    Ok(())
}
