//! The stock implementation of [`Authenticate`](crate::Authenticate).

#[cfg(test)]
mod tests;

use crate::access::{AccessClaims, AccessVerifier, TokenError};
use crate::api_key::ApiKeys;
use crate::authenticate::{Authenticate, AuthenticateError, Authentication};
use crate::bounded::BoundedMap;
use crate::jose::{JwsError, MAX_TOKEN_LEN};
use crate::session::{Sessions, StandingCheck, StandingError};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;

/// The most verified tokens remembered, at about 400 bytes each.
const CAPACITY: usize = 16_384;

/// Verifies access tokens and asks whether their sessions still stand. `Clone` gives another handle to the same memory.
///
/// A token's signature is checked once: what was verified is remembered under the token's SHA-256 until
/// others push it out or the keys change. Its times
/// and its session's standing are judged on every call; the latter from memory that is at most
/// [`SessionConfig::max_staleness`](crate::session::SessionConfig::max_staleness) old.
#[derive(Clone)]
pub struct Authenticator {
    shared: Arc<Shared>,
    api_keys: Option<ApiKeys>,
}

struct Shared {
    verifier: AccessVerifier,
    sessions: Option<Sessions>,
    verified: BoundedMap<[u8; 32], Verified>,
}

/// Claims, and the generation of the keys that they were verified by: when a key is dropped, its tokens are no longer good.
#[derive(Clone)]
struct Verified {
    claims: Arc<AccessClaims>,
    generation: u64,
}

impl Authenticator {
    /// Accepts tokens whose session stands. A token that belongs to no session is refused: nobody could call it back.
    #[must_use]
    pub fn new(verifier: AccessVerifier, sessions: Sessions) -> Self {
        Self::over(verifier, Some(sessions))
    }

    /// Accepts every verified token until it expires, for a service that cannot reach the session store. Logging out does
    /// **not** stop an access token here (ASVS 7.4.1): keep
    /// [`TokenConfig::access_ttl`](crate::access::TokenConfig::access_ttl) short.
    #[must_use]
    pub fn insecure_without_revocation(verifier: AccessVerifier) -> Self {
        Self::over(verifier, None)
    }

    fn over(verifier: AccessVerifier, sessions: Option<Sessions>) -> Self {
        let shared = Shared { verifier, sessions, verified: BoundedMap::new(CAPACITY) };
        Self { shared: Arc::new(shared), api_keys: None }
    }

    /// Accepts API keys as well. A bearer that begins as they do is judged as one and as nothing else; no access token begins so.
    #[must_use]
    pub fn with_api_keys(mut self, keys: ApiKeys) -> Self {
        self.api_keys = Some(keys);
        self
    }
}

impl Shared {
    fn claims(&self, bearer: &str) -> Result<Arc<AccessClaims>, TokenError> {
        if bearer.len() > MAX_TOKEN_LEN {
            return Err(JwsError::TooLong.into());
        }
        let digest: [u8; 32] = Sha256::digest(bearer.as_bytes()).into();
        // Read before the keys are: what is verified is at least as new as it.
        let generation = self.verifier.generation();
        if let Some(found) = self.verified.with(&digest, |found| found.cloned())
            && found.generation == generation
        {
            self.verifier.recheck(&found.claims)?;
            return Ok(found.claims);
        }
        let claims = Arc::new(self.verifier.verify(bearer)?);
        self.verified.insert(digest, Verified { claims: Arc::clone(&claims), generation });
        Ok(claims)
    }
}

impl Authenticate for Authenticator {
    fn authenticate(&self, bearer: &str) -> Authentication {
        if let Some(keys) = self.api_keys.as_ref().filter(|keys| keys.claims(bearer)) {
            return keys.verify(bearer);
        }
        let claims = match self.shared.claims(bearer) {
            Ok(claims) => claims,
            Err(error) => return Authentication::Ready(Err(error.into())),
        };
        let Some(sessions) = &self.shared.sessions else {
            return Authentication::Ready(Ok(claims.principal()));
        };
        let Some(binding) = claims.session else {
            return Authentication::Ready(Err(AuthenticateError::SessionOver));
        };
        match sessions.check(binding, claims.session_owner()) {
            StandingCheck::Known(Ok(())) => Authentication::Ready(Ok(claims.principal())),
            StandingCheck::Known(Err(error)) => Authentication::Ready(Err(error.into())),
            StandingCheck::Ask(answer) => Authentication::Pending(Box::pin(async move {
                answer.await?;
                Ok(claims.principal())
            })),
        }
    }
}

impl From<StandingError> for AuthenticateError {
    fn from(error: StandingError) -> Self {
        match error {
            StandingError::Over => Self::SessionOver,
            StandingError::Superseded => Self::Superseded,
            StandingError::Store(store) => Self::Store(store),
        }
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("verifier", &self.shared.verifier)
            .field("revocation", &self.shared.sessions.is_some())
            .field("api_keys", &self.api_keys)
            .finish_non_exhaustive()
    }
}
