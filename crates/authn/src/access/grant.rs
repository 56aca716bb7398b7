//! What a new token shall say.

use super::SessionBinding;
use std::time::Duration;
use stockade_core::{AuthMethods, RoleName, SubjectId, TenantId, UnixMillis};

/// What a new token shall say.
///
/// ```
/// use stockade_authn::access::Grant;
/// use stockade_core::{AuthMethod, AuthMethods, UnixMillis};
/// let grant = Grant::new("ada".parse()?)
///     .with_roles(["editor".parse()?])
///     .authenticated(UnixMillis::from_secs(1_700_000_000), AuthMethods::of(AuthMethod::Password));
/// assert!(grant.actor.is_none());
/// # Ok::<(), stockade_core::InvalidText>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
    /// By what they proved it: the `amr` claim, and the `acr` claim that follows from it.
    pub methods: AuthMethods,
    /// Who acts in the subject's name: the `act` claim.
    pub actor: Option<SubjectId>,
    /// How long it shall live, if not as long as the settings say.
    pub lifetime: Option<Duration>,
}

impl Grant {
    /// A token about `subject` that says nothing else.
    #[must_use]
    pub fn new(subject: SubjectId) -> Self {
        Self {
            subject,
            tenant: None,
            session: None,
            roles: Vec::new(),
            auth_time: None,
            methods: AuthMethods::NONE,
            actor: None,
            lifetime: None,
        }
    }

    /// Binds it to the tenant that the subject acts for.
    #[must_use]
    pub fn in_tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// Binds it to a session, through which it can be called back.
    #[must_use]
    pub fn in_session(mut self, binding: SessionBinding) -> Self {
        self.session = Some(binding);
        self
    }

    /// Gives it the roles held now; at most 64.
    #[must_use]
    pub fn with_roles(mut self, roles: impl IntoIterator<Item = RoleName>) -> Self {
        self.roles = roles.into_iter().collect();
        self
    }

    /// Says when, and by what, the person last proved who they are.
    #[must_use]
    pub fn authenticated(mut self, at: UnixMillis, methods: AuthMethods) -> Self {
        self.auth_time = Some(at);
        self.methods = methods;
        self
    }

    /// Says that `actor` acts in the subject's name, for at most
    /// [`TokenConfig::MAX_IMPERSONATION`](super::TokenConfig::MAX_IMPERSONATION). The session must be the **actor's**: the token
    /// ends with it. Roles and tenant stay the subject's; time and methods of authentication are the actor's.
    ///
    /// Such a token has no refresh token beside it. Whether the actor may do this, and why they do, is to be settled and recorded
    /// before.
    #[must_use]
    pub fn acted_by(mut self, actor: SubjectId) -> Self {
        self.actor = Some(actor);
        self
    }

    /// Lets it live for so long; at most as long as verifiers accept.
    #[must_use]
    pub fn living(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }
}
