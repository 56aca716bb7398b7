//! Judging access tokens.

use super::claims::WireClaims;
use super::{ACCESS_TOKEN_TYPE, AccessClaims, TokenConfig, TokenConfigError, TokenError};
use crate::jose::TrustSource;
use std::sync::Arc;
use stockade_core::Clock;

/// Verifies access tokens against configured keys. Stateless: whether the session behind a token still stands is the
/// business of [`Authenticator`](crate::Authenticator).
#[derive(Debug, Clone)]
pub struct AccessVerifier {
    keys: TrustSource,
    config: Arc<TokenConfig>,
    clock: Arc<dyn Clock>,
}

impl AccessVerifier {
    /// A verifier that trusts `keys` for tokens by `config.issuer` for `config.audience`: a `KeySet`, or
    /// [`SigningKeys`](crate::jose::rotation::SigningKeys), whose rotations it follows.
    ///
    /// # Errors
    /// The settings make no sense.
    pub fn new(
        keys: impl Into<TrustSource>,
        config: TokenConfig,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, TokenConfigError> {
        config.validate()?;
        Ok(Self { keys: keys.into(), config: Arc::new(config), clock })
    }

    /// Judges `token` by the rules of [this module](super). Costs one signature verification; a token that is too long, or
    /// names no known key, is refused before it.
    ///
    /// # Errors
    /// The first rule that the token breaks.
    pub fn verify(&self, token: &str) -> Result<AccessClaims, TokenError> {
        let payload = self.keys.verify(token, ACCESS_TOKEN_TYPE)?;
        Ok(WireClaims::parse(&payload)?.judge(&self.config, self.clock.now())?)
    }

    /// Grows whenever a key may have lost trust: claims that were verified under an earlier one are to be verified again.
    pub(crate) fn generation(&self) -> u64 {
        self.keys.generation()
    }

    /// Judges the times of claims that were verified earlier: the only thing about them that can change.
    pub(crate) fn recheck(&self, claims: &AccessClaims) -> Result<(), TokenError> {
        Ok(claims.check_times(&self.config, self.clock.now())?)
    }
}
