//! Who acts.

use crate::{RoleName, SessionId, SubjectId, TenantId, UnixMillis};

/// An authenticated caller: the outcome of authentication and the input of authorization.
///
/// Only code that has verified a credential should make one. The fields are private so that it cannot be altered on its way
/// from the verifier to the decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    subject: SubjectId,
    kind: PrincipalKind,
    tenant: Option<TenantId>,
    session: Option<SessionId>,
    roles: Vec<RoleName>,
    authenticated_at: Option<UnixMillis>,
}

/// What sort of credential stands behind a [`Principal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PrincipalKind {
    /// A person who signed in.
    User,
    /// A machine with a credential of its own.
    Service,
}

impl Principal {
    /// A person who signed in.
    #[must_use]
    pub fn user(subject: SubjectId) -> Self {
        Self::new(subject, PrincipalKind::User)
    }

    /// A machine with a credential of its own.
    #[must_use]
    pub fn service(subject: SubjectId) -> Self {
        Self::new(subject, PrincipalKind::Service)
    }

    fn new(subject: SubjectId, kind: PrincipalKind) -> Self {
        Self { subject, kind, tenant: None, session: None, roles: Vec::new(), authenticated_at: None }
    }

    /// Binds the principal to a tenant.
    #[must_use]
    pub fn in_tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// Binds the principal to the session that it signed in with.
    #[must_use]
    pub fn with_session(mut self, session: SessionId) -> Self {
        self.session = Some(session);
        self
    }

    /// Gives the principal its roles, as they stood when its credential was issued.
    #[must_use]
    pub fn with_roles(mut self, roles: impl IntoIterator<Item = RoleName>) -> Self {
        self.roles = roles.into_iter().collect();
        self
    }

    /// Says when the person last proved who they are.
    #[must_use]
    pub fn authenticated_at(mut self, at: UnixMillis) -> Self {
        self.authenticated_at = Some(at);
        self
    }

    /// Who it is.
    #[must_use]
    pub fn subject(&self) -> &SubjectId {
        &self.subject
    }

    /// Person or machine.
    #[must_use]
    pub fn kind(&self) -> PrincipalKind {
        self.kind
    }

    /// The tenant, if bound to one.
    #[must_use]
    pub fn tenant(&self) -> Option<&TenantId> {
        self.tenant.as_ref()
    }

    /// The session, if there is one.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// The roles held.
    #[must_use]
    pub fn roles(&self) -> &[RoleName] {
        &self.roles
    }

    /// When the person last proved who they are, if known.
    #[must_use]
    pub fn auth_time(&self) -> Option<UnixMillis> {
        self.authenticated_at
    }
}
