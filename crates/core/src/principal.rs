//! Who acts.

use crate::{ApiKeyId, AuthMethods, RoleName, Scope, SessionId, SubjectId, TenantId, UnixMillis};
use std::sync::Arc;

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
    methods: AuthMethods,
    actor: Option<SubjectId>,
    api_key: Option<ApiKey>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct ApiKey {
    id: ApiKeyId,
    scopes: Arc<[Scope]>,
}

/// What sort of credential stands behind a [`Principal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PrincipalKind {
    /// A person who signed in.
    User,
    /// A machine with a credential of its own.
    Service,
    /// A program that holds an API key of the subject: it may do no more than the key's scopes say, and nobody is at its keys.
    ApiKey,
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

    /// A program that acts for `subject` by the API key `id`, within `scopes`. With no scope it may do nothing.
    #[must_use]
    pub fn api_key(subject: SubjectId, id: ApiKeyId, scopes: impl Into<Arc<[Scope]>>) -> Self {
        let key = ApiKey { id, scopes: scopes.into() };
        Self { api_key: Some(key), ..Self::new(subject, PrincipalKind::ApiKey) }
    }

    fn new(subject: SubjectId, kind: PrincipalKind) -> Self {
        Self {
            subject,
            kind,
            tenant: None,
            session: None,
            roles: Vec::new(),
            authenticated_at: None,
            methods: AuthMethods::NONE,
            actor: None,
            api_key: None,
        }
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

    /// Says by what the person proved who they are.
    #[must_use]
    pub fn with_methods(mut self, methods: AuthMethods) -> Self {
        self.methods = methods;
        self
    }

    /// Says that `actor` acts in the subject's name (impersonation; RFC 8693 §4.1). Session, authentication time and methods are
    /// then the actor's.
    #[must_use]
    pub fn acted_by(mut self, actor: SubjectId) -> Self {
        self.actor = Some(actor);
        self
    }

    /// Who it is. Where somebody [acts](Self::actor) in their name, the one in whose name it is.
    #[must_use]
    pub fn subject(&self) -> &SubjectId {
        &self.subject
    }

    /// Person, machine or API key.
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

    /// By what the person proved who they are; empty where that is not known.
    #[must_use]
    pub fn methods(&self) -> AuthMethods {
        self.methods
    }

    /// Who acts in the subject's name, if it is not the subject: an administrator who looks at the service through their eyes.
    #[must_use]
    pub fn actor(&self) -> Option<&SubjectId> {
        self.actor.as_ref()
    }

    /// The person or machine that is answerable: the [`actor`](Self::actor) where there is one, else the subject.
    #[must_use]
    pub fn acting(&self) -> &SubjectId {
        self.actor.as_ref().unwrap_or(&self.subject)
    }

    /// The API key, where one stands behind it.
    #[must_use]
    pub fn api_key_id(&self) -> Option<&ApiKeyId> {
        self.api_key.as_ref().map(|key| &key.id)
    }

    /// What it may be used for, where that is narrower than its roles: always so for an API key. An empty list allows nothing.
    #[must_use]
    pub fn scopes(&self) -> Option<&[Scope]> {
        self.api_key.as_ref().map(|key| &*key.scopes)
    }
}
