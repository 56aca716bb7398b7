//! What an [`Auth`](super::Auth) is built from.

use std::fmt;
use std::sync::Arc;
use stockade_authn::access::TokenConfigError;
use stockade_authn::account::{AccountStore, MemoryAccounts};
use stockade_authn::api_key::{ApiKeyConfigError, ApiKeyStore, InvalidPrefix, MemoryApiKeys};
use stockade_authn::factor::{FactorConfigError, FactorStore, MemoryFactors};
use stockade_authn::jose::{KeyError, KeyRing, SigningKey, SigningSource};
use stockade_authn::one_time::{MemoryOneTimeTokens, OneTimeKeys, OneTimeTokenStore};
use stockade_authn::password::{PasswordError, Peppers};
use stockade_authn::refresh::RefreshKeys;
use stockade_authn::session::{MemorySessions, SessionConfigError, SessionStore};
use stockade_core::{Entropy, Seal, Secret};
use stockade_rbac::{MemoryRoleAssignments, RoleAssignments};
use zeroize::Zeroizing;

/// The secrets of a service. Load them, do not write them into the source.
#[derive(Debug, Clone)]
pub struct AuthSecrets {
    /// Signs and verifies access tokens: a [`KeyRing`], or the [`SigningKeys`](stockade_authn::jose::rotation::SigningKeys) of a
    /// rotation, either with `.into()`.
    pub signing: SigningSource,
    /// Makes and recognises refresh tokens.
    pub refresh: RefreshKeys,
    /// Makes and recognises the tokens that are mailed, and those between two factors.
    pub one_time: OneTimeKeys,
    /// Goes into password hashes.
    pub peppers: Peppers,
    /// Seals what must be read again, such as the secrets behind authenticator apps: `Fields` of `stockade-crypto-at-rest`.
    pub seal: Arc<dyn Seal>,
}

impl AuthSecrets {
    /// Fresh secrets, and no pepper. For tests and trials: nothing that was issued or hashed with them is good after a restart.
    ///
    /// # Errors
    /// The system gave no randomness, or no backend for signatures is built in.
    pub fn random(seal: Arc<dyn Seal>, entropy: &dyn Entropy) -> Result<Self, KeyError> {
        let (mut refresh, mut one_time) = (Zeroizing::new([0; 32]), Zeroizing::new([0; 32]));
        entropy.fill(&mut *refresh)?;
        entropy.fill(&mut *one_time)?;
        Ok(Self {
            signing: KeyRing::new(SigningKey::generate_ed25519(entropy)?, [])?.into(),
            refresh: RefreshKeys::new(&Secret::new(*refresh)),
            one_time: OneTimeKeys::new(&Secret::new(*one_time)),
            peppers: Peppers::none(),
            seal,
        })
    }

    /// Sets what goes into password hashes.
    #[must_use]
    pub fn with_peppers(mut self, peppers: Peppers) -> Self {
        self.peppers = peppers;
        self
    }
}

/// Where everything is kept.
#[derive(Clone)]
pub struct AuthStores {
    /// Accounts.
    pub accounts: Arc<dyn AccountStore>,
    /// Sessions.
    pub sessions: Arc<dyn SessionStore>,
    /// Who holds which role.
    pub roles: Arc<dyn RoleAssignments>,
    /// Tokens that are good once.
    pub one_time: Arc<dyn OneTimeTokenStore>,
    /// Second factors.
    pub factors: Arc<dyn FactorStore>,
    /// API keys.
    pub api_keys: Arc<dyn ApiKeyStore>,
}

impl AuthStores {
    /// Everything in memory. For tests and trials: nothing survives a restart.
    #[must_use]
    pub fn in_memory() -> Self {
        Self {
            accounts: Arc::new(MemoryAccounts::new()),
            sessions: Arc::new(MemorySessions::new()),
            roles: Arc::new(MemoryRoleAssignments::new()),
            one_time: Arc::new(MemoryOneTimeTokens::new()),
            factors: Arc::new(MemoryFactors::new()),
            api_keys: Arc::new(MemoryApiKeys::new()),
        }
    }

    /// Everything in one store.
    #[must_use]
    pub fn all_in<S>(store: Arc<S>) -> Self
    where
        S: AccountStore
            + SessionStore
            + RoleAssignments
            + OneTimeTokenStore
            + FactorStore
            + ApiKeyStore
            + 'static,
    {
        Self {
            accounts: store.clone(),
            sessions: store.clone(),
            roles: store.clone(),
            one_time: store.clone(),
            factors: store.clone(),
            api_keys: store,
        }
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
    /// The settings of second factors.
    #[error("the settings of second factors make no sense")]
    Factors(#[from] FactorConfigError),
    /// The settings of API keys.
    #[error("the settings of api keys make no sense")]
    ApiKeys(#[from] ApiKeyConfigError),
    /// The prefix of API keys.
    #[error("the prefix of api keys makes no sense")]
    ApiKeyPrefix(#[from] InvalidPrefix),
    /// The hashing parameters.
    #[error("the password hasher cannot be made")]
    Password(#[from] PasswordError),
}
