//! Settings, and how everything is put together.

use super::{Auth, AuthSecrets, AuthSetupError, AuthStores};
use crate::api_keys::Owners;
use crate::errands::Errands;
use crate::gate::Gate;
use crate::grants::Grants;
use crate::handles::Handles;
use crate::notify::Notifier;
use crate::post::Post;
use crate::{HashPool, HashPoolConfig, LimitedAttempts, LoginLimits, SecondFactorPolicy, Trail};
use std::fmt;
use std::sync::Arc;
use stockade_authn::access::{AccessIssuer, AccessVerifier, TokenConfig};
use stockade_authn::api_key::{ApiKeyConfig, ApiKeyPrefix, ApiKeys};
use stockade_authn::factor::{FactorConfig, SecondFactors};
use stockade_authn::one_time::OneTimeTokens;
use stockade_authn::password::{Argon2Params, PasswordHasher, PasswordPolicy, PasswordRules};
use stockade_authn::session::{SessionConfig, Sessions};
use stockade_authn::{AttemptGuard, Authenticator};
use stockade_core::{Clock, Entropy, Recorder, RoleName, SystemClock, SystemEntropy};
use stockade_ratelimit::{LocalLimiter, MemoryLimiter};

/// Makes an [`Auth`].
pub struct AuthBuilder {
    stores: AuthStores,
    secrets: AuthSecrets,
    tokens: TokenConfig,
    recorder: Arc<dyn Recorder>,
    sessions: SessionConfig,
    params: Argon2Params,
    rules: PasswordRules,
    hashing: HashPoolConfig,
    limits: LoginLimits,
    attempts: Option<Arc<dyn AttemptGuard>>,
    first_user_role: Option<RoleName>,
    default_role: Option<RoleName>,
    notifier: Option<Arc<dyn Notifier>>,
    second_factor: SecondFactorPolicy,
    factors: Option<FactorConfig>,
    api_keys: Option<ApiKeyConfig>,
    errands: Errands,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl AuthBuilder {
    pub(super) fn new(
        stores: AuthStores,
        secrets: AuthSecrets,
        tokens: TokenConfig,
        recorder: Arc<dyn Recorder>,
    ) -> Self {
        Self {
            stores,
            secrets,
            tokens,
            recorder,
            sessions: SessionConfig::default(),
            params: Argon2Params::default(),
            rules: PasswordRules::default(),
            hashing: HashPoolConfig::default(),
            limits: LoginLimits::default(),
            attempts: None,
            first_user_role: None,
            default_role: None,
            notifier: None,
            second_factor: SecondFactorPolicy::default(),
            factors: None,
            api_keys: None,
            errands: Errands::new(Errands::DEFAULT_PLACES),
            clock: Arc::new(SystemClock::new()),
            entropy: Arc::new(SystemEntropy),
        }
    }

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

    /// Sets which new passwords are accepted, by what is known of them alone.
    #[must_use]
    pub fn password_policy(self, policy: PasswordPolicy) -> Self {
        self.password_rules(policy.into())
    }

    /// Sets which new passwords are accepted, lists of breached ones included.
    #[must_use]
    pub fn password_rules(mut self, rules: PasswordRules) -> Self {
        self.rules = rules;
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

    /// Gives `role` to everybody who signs up, from when their account is open. Taken away from somebody, it does not come back.
    #[must_use]
    pub fn default_role(mut self, role: RoleName) -> Self {
        self.default_role = Some(role);
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

    /// Tells account holders what happens, and makes everything possible that needs mail: sign-up that tells nobody whether an
    /// address is known, resets, changes of address. Without it a sign-up makes an account at once, and answers when the address
    /// is taken.
    #[must_use]
    pub fn notifier(mut self, notifier: Arc<dyn Notifier>) -> Self {
        self.notifier = Some(notifier);
        self
    }

    /// Sets whether accounts may do without a second factor.
    #[must_use]
    pub fn second_factor(mut self, policy: SecondFactorPolicy) -> Self {
        self.second_factor = policy;
        self
    }

    /// Sets the rules of second factors. Without it authenticator apps show the token settings' issuer.
    #[must_use]
    pub fn factors(mut self, config: FactorConfig) -> Self {
        self.factors = Some(config);
        self
    }

    /// Sets the rules of API keys. Without it they begin with `stk_`: a prefix of the service's own lets scanners of leaked secrets
    /// tell whose they are.
    #[must_use]
    pub fn api_keys(mut self, config: ApiKeyConfig) -> Self {
        self.api_keys = Some(config);
        self
    }

    /// Sets how many errands, such as mails, may be under way.
    #[must_use]
    pub fn errands(mut self, errands: Errands) -> Self {
        self.errands = errands;
        self
    }

    /// Puts everything together. Costs one password hash.
    ///
    /// # Errors
    /// A setting makes no sense, or the first hash could not be made.
    pub fn build(self) -> Result<Auth, AuthSetupError> {
        let Self { stores, secrets, tokens, clock, entropy, .. } = self;
        let factors = self.factors.unwrap_or_else(|| FactorConfig::new(shown_name(&tokens.issuer)));
        let factors =
            SecondFactors::new(stores.factors, secrets.seal, factors, clock.clone(), entropy.clone())?;
        let owners = Owners { accounts: stores.accounts.clone(), roles: stores.roles.clone() };
        let config = match self.api_keys {
            Some(config) => config,
            None => ApiKeyConfig::new(ApiKeyPrefix::new("stk")?),
        };
        let api_keys =
            ApiKeys::new(stores.api_keys, Arc::new(owners), config, clock.clone(), entropy.clone())?;
        let signing = secrets.signing;
        let verifier = AccessVerifier::new(signing.trust(), tokens.clone(), clock.clone())?;
        let issuer = AccessIssuer::new(signing.clone(), tokens, clock.clone(), entropy.clone())?;
        let sessions =
            Sessions::new(stores.sessions, secrets.refresh, self.sessions, clock.clone(), entropy.clone())?;
        let hasher = PasswordHasher::new(self.params, secrets.peppers, entropy.clone())?;
        let attempts = self.attempts.unwrap_or_else(|| {
            let limiter = LocalLimiter::new(Arc::new(MemoryLimiter::default()), clock.clone());
            Arc::new(LimitedAttempts::new(Arc::new(limiter), self.limits))
        });
        let trail = Trail::new(self.recorder, clock.clone(), entropy.clone());
        let with = Arc::new(Handles {
            accounts: stores.accounts,
            roles: stores.roles.clone(),
            one_time: OneTimeTokens::new(stores.one_time, secrets.one_time, clock.clone(), entropy.clone()),
            factors,
            api_keys: api_keys.clone(),
            second_factor: self.second_factor,
            grants: Grants { roles: stores.roles, issuer },
            hashing: HashPool::new(hasher, self.hashing),
            rules: self.rules,
            gate: Gate { attempts, trail: trail.clone() },
            trail: trail.clone(),
            post: Post { notifier: self.notifier, errands: self.errands },
            first_user_role: self.first_user_role,
            default_role: self.default_role,
            sessions: sessions.clone(),
            clock,
            entropy,
        });
        Ok(Auth::over(with, Authenticator::new(verifier, sessions).with_api_keys(api_keys), signing))
    }
}

/// An issuer is a URL; apps show a name.
fn shown_name(issuer: &str) -> String {
    let host = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    host.split(['/', ':']).next().unwrap_or_default().chars().take(FactorConfig::MAX_ISSUER_LEN).collect()
}

impl fmt::Debug for AuthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthBuilder").field("tokens", &self.tokens).finish_non_exhaustive()
    }
}
