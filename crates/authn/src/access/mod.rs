//! Access tokens: short-lived, self-contained, signed (RFC 9068 on the rules of RFC 8725).
//!
//! A token is accepted when, in this order: it is a compact JWS under the rules of [`jose`](crate::jose), of type `at+jwt`;
//! its claims are UTF-8 JSON without a repeated name; `iss` is ours and `aud` names us; `sub`, `client_id` and `jti` are there; it
//! is neither expired nor from the future, within [`TokenConfig::leeway`]; and it does not live longer than
//! [`TokenConfig::max_lifetime`].

mod actor;
mod claims;
mod config;
mod error;
mod grant;
mod issuer;
#[cfg(test)]
mod tests;
mod unique;
mod verifier;

pub use claims::{AccessClaims, SessionBinding};
pub use config::{TokenConfig, TokenConfigError};
pub use error::{ClaimError, TokenError};
pub use grant::Grant;
pub use issuer::{AccessIssuer, AccessToken, IssueError};
pub use verifier::AccessVerifier;

/// RFC 9068 §2.1: the media type that tells an access token from every other JWT.
pub const ACCESS_TOKEN_TYPE: &str = "at+jwt";
