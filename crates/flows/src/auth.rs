//! All flows, put together with safe settings.

use crate::grants::Grants;
use crate::{
    HashPool, HashPoolConfig, LimitedAttempts, LoginFlow, LoginLimits, LogoutAllFlow, LogoutFlow, MeFlow,
    RefreshFlow, SessionsFlow, SignUpFlow, Trail,
};
use std::fmt;
use std::sync::Arc;
use stockade_authn::access::{AccessIssuer, AccessVerifier, TokenConfig, TokenConfigError};
use stockade_authn::account::AccountStore;
use stockade_authn::jose::{Jwks, KeyRing};
use stockade_authn::password::{Argon2Params, PasswordError, PasswordHasher, PasswordPolicy, Peppers};
use stockade_authn::refresh::RefreshKeys;
use stockade_authn::session::{SessionConfig, SessionConfigError, SessionStore, Sessions};
use stockade_authn::{AttemptGuard, Authenticator};
use stockade_core::{Clock, Entropy, Recorder, RoleName, SystemClock, SystemEntropy};
use stockade_ratelimit::{LocalLimiter, MemoryLimiter};
use stockade_rbac::RoleAssignments;

/// The secrets of a service. Load them, do not write them into the source.
#[derive(Debug, Clone)]
pub struct AuthSecrets {
    /// Signs and verifies access tokens.
    pub signing: KeyRing,
    /// Makes and recognises refresh tokens.
    pub refresh: RefreshKeys,
    /// Goes into password hashes.
    pub peppers: Peppers,
}

/// Where accounts, sessions and roles are kept.
#[derive(Clone)]
pub struct AuthStores {
    /// Accounts.
    pub accounts: Arc<dyn AccountStore>,
    /// Sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Who holds which role.
    pub roles: Arc<dyn RoleAssignments>,
}

impl AuthStores {
    /// Everything in one store.
    #[must_use]
    pub fn all_in<S: AccountStore + SessionStore + RoleAssignments + 'static>(store: Arc<S>) -> Self {
        Self { accounts: store.clone(), sessions: store.clone(), roles: store }
    }
}

impl fmt::Debug for AuthStores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthStores").finish_non_exhaustive()
    }
}

/// The settings make no sense, or the first hash could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthSetupError {
    /// The token settings.
    #[error("the token settings make no sense")]
    Tokens(#[from] TokenConfigError),
    /// The session settings.
    #[error("the session settings make no sense")]
    Sessions(#[from] SessionConfigError),
    /// The hashing parameters.
    #[error("the password hasher cannot be made")]
    Password(#[from] PasswordError),
}

/// Every flow of a service with accounts, and the [`Authenticator`] for its requests. `Clone` gives another handle.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Auth {
    /// Signs people up.
    pub sign_up: SignUpFlow,
    /// Signs people in.
    pub login: LoginFlow,
    /// Renews sessions.
    pub refresh: RefreshFlow,
    /// Ends one session.
    pub logout: LogoutFlow,
    /// Ends all sessions of a caller.
    pub logout_all: LogoutAllFlow,
    /// Shows callers their own account.
    pub me: MeFlow,
    /// Lists and ends a caller's sessions.
    pub sessions: SessionsFlow,
    /// From bearer token to principal.
    pub authenticator: Authenticator,
    jwks: Jwks,
}

impl Auth {
    /// Starts from safe defaults: Argon2id at the OWASP floor, 15-minute access tokens, 14-day refresh tokens, login limits of
    /// 20 per network and 10 per account in 10 minutes, the system's clock and randomness.
    ///
    /// `recorder` takes the events of the flows. Give it one that has stored an event when it says so, such as
    /// `stockade_audit::AuditLog`.
    #[must_use]
    pub fn builder(
        stores: AuthStores,
        secrets: AuthSecrets,
        tokens: TokenConfig,
        recorder: Arc<dyn Recorder>,
    ) -> AuthBuilder {
        AuthBuilder {
            stores,
            secrets,
            tokens,
            recorder,
            sessions: SessionConfig::default(),
            params: Argon2Params::default(),
            policy: PasswordPolicy::default(),
            hashing: HashPoolConfig::default(),
            limits: LoginLimits::default(),
            attempts: None,
            first_user_role: None,
            clock: Arc::new(SystemClock::new()),
            entropy: Arc::new(SystemEntropy),
        }
    }

    /// The public keys that verify this service's access tokens.
    #[must_use]
    pub fn jwks(&self) -> &Jwks {
        &self.jwks
    }
}

/// Makes an [`Auth`].
pub struct AuthBuilder {
    stores: AuthStores,
    secrets: AuthSecrets,
    tokens: TokenConfig,
    recorder: Arc<dyn Recorder>,
    sessions: SessionConfig,
    params: Argon2Params,
    policy: PasswordPolicy,
    hashing: HashPoolConfig,
    limits: LoginLimits,
    attempts: Option<Arc<dyn AttemptGuard>>,
    first_user_role: Option<RoleName>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl AuthBuilder {
    /// Sets how long sessions live and how many a subject may have.
    #[must_use]
    pub fn sessions(mut self, config: SessionConfig) -> Self {
        self.sessions = config;
        self
    }

    /// Sets what a password hash costs.
    #[must_use]
    pub fn argon2(mut self, params: Argon2Params) -> Self {
        self.params = params;
        self
    }

    /// Sets which new passwords are accepted.
    #[must_use]
    pub fn password_policy(mut self, policy: PasswordPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets how much hashing goes on at once.
    #[must_use]
    pub fn hashing(mut self, config: HashPoolConfig) -> Self {
        self.hashing = config;
        self
    }

    /// Sets how often somebody may try, counted in this process's memory.
    #[must_use]
    pub fn login_limits(mut self, limits: LoginLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Guards guessable secrets by other means than [`login_limits`](Self::login_limits).
    #[must_use]
    pub fn attempts(mut self, guard: Arc<dyn AttemptGuard>) -> Self {
        self.attempts = Some(guard);
        self
    }

    /// Gives `role` to the first account that signs up, as long as nobody holds it. Whoever reaches a fresh installation
    /// first gets it: sign up before you open the door.
    #[must_use]
    pub fn first_user_role(mut self, role: RoleName) -> Self {
        self.first_user_role = Some(role);
        self
    }

    /// Sets the clock.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Sets where randomness comes from.
    #[must_use]
    pub fn entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// Puts everything together. Costs one password hash.
    ///
    /// # Errors
    /// A setting makes no sense, or the first hash could not be made.
    pub fn build(self) -> Result<Auth, AuthSetupError> {
        let Self { stores, secrets, tokens, clock, entropy, .. } = self;
        let keys = Arc::new(secrets.signing);
        let verifier = AccessVerifier::new(keys.trusted().clone(), tokens.clone(), clock.clone())?;
        let issuer = AccessIssuer::new(keys.clone(), tokens, clock.clone(), entropy.clone())?;
        let sessions =
            Sessions::new(stores.sessions, secrets.refresh, self.sessions, clock.clone(), entropy.clone())?;
        let hasher = PasswordHasher::new(self.params, secrets.peppers, entropy.clone())?;
        let hashing = HashPool::new(hasher, self.hashing);
        let attempts = self.attempts.unwrap_or_else(|| {
            let limiter = LocalLimiter::new(Arc::new(MemoryLimiter::default()), clock.clone());
            Arc::new(LimitedAttempts::new(Arc::new(limiter), self.limits))
        });
        let trail = Trail::new(self.recorder, clock.clone(), entropy.clone());
        let grants = Grants { roles: stores.roles.clone(), issuer };
        Ok(Auth {
            sign_up: SignUpFlow {
                accounts: stores.accounts.clone(),
                roles: stores.roles.clone(),
                first_user_role: self.first_user_role,
                policy: self.policy,
                hashing: hashing.clone(),
                attempts: attempts.clone(),
                trail: trail.clone(),
                clock,
                entropy,
            },
            login: LoginFlow {
                accounts: stores.accounts.clone(),
                sessions: sessions.clone(),
                grants: grants.clone(),
                hashing,
                attempts,
                trail: trail.clone(),
            },
            refresh: RefreshFlow {
                accounts: stores.accounts.clone(),
                sessions: sessions.clone(),
                grants,
                trail: trail.clone(),
            },
            logout: LogoutFlow { sessions: sessions.clone(), trail: trail.clone() },
            logout_all: LogoutAllFlow { sessions: sessions.clone(), trail: trail.clone() },
            me: MeFlow { accounts: stores.accounts, roles: stores.roles },
            sessions: SessionsFlow { sessions: sessions.clone(), trail },
            authenticator: Authenticator::new(verifier, sessions),
            jwks: keys.jwks(),
        })
    }
}

impl fmt::Debug for AuthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthBuilder").field("tokens", &self.tokens).finish_non_exhaustive()
    }
}
