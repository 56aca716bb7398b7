//! Why an access token is refused.

use crate::jose::JwsError;

/// An access token is refused. The operator reads why; the sender learns only that it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// It is not a JWS that any of our keys has signed.
    #[error("the token's signature or form is not acceptable")]
    Jws(#[from] JwsError),
    /// It is ours, but what it says does not hold here and now.
    #[error("the token's claims are not acceptable")]
    Claims(#[from] ClaimError),
}

/// A claim does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimError {
    /// Not an object, a name twice, or a required claim missing or of the wrong kind.
    #[error("the claims are malformed or incomplete")]
    Malformed,
    /// `iss` is somebody else.
    #[error("the token is by another issuer")]
    Issuer,
    /// `aud` does not name us.
    #[error("the token is for another audience")]
    Audience,
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `iat` or `nbf` lies in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `exp` lies further from `iat` than is accepted, or before it.
    #[error("the token's lifetime is not acceptable")]
    Lifetime,
}

impl TokenError {
    /// A stable code for the audit log.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Jws(error) => error.reason(),
            Self::Claims(ClaimError::Malformed) => "claims_malformed",
            Self::Claims(ClaimError::Issuer) => "claims_issuer",
            Self::Claims(ClaimError::Audience) => "claims_audience",
            Self::Claims(ClaimError::Expired) => "token_expired",
            Self::Claims(ClaimError::NotYetValid) => "token_not_yet_valid",
            Self::Claims(ClaimError::Lifetime) => "token_lifetime",
        }
    }
}
