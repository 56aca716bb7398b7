//! Signing keys, verifying keys, and the one way in which a compact JWS is verified (RFC 7515, RFC 8725).
//!
//! The rules, in the order in which they are applied; the first that is broken ends the matter:
//!
//! 1. The token has at most [`MAX_TOKEN_LEN`] bytes, three parts, and a header of at most [`MAX_HEADER_LEN`] bytes.
//! 2. Each part is base64url without padding, in its canonical spelling.
//! 3. The header is a JSON object with `alg`, and at most `kid` and `typ` besides. Anything else (`crit`, `jwk`, `jku`, `x5u`,
//!    `b64` …) is refused, and so is a repeated member.
//! 4. `kid` names a key that was configured. The token never brings or names its own key material.
//! 5. `alg` is the one algorithm that the key is pinned to.
//! 6. The signature is right.

mod algorithm;
mod backend;
mod compact;
mod error;
mod jwk;
mod key_id;
mod key_set;
mod object;
mod ring;
pub mod rotation;
mod signing;
mod source;
#[cfg(test)]
pub(crate) mod tests;
mod verifying;
mod weak;

pub use algorithm::Algorithm;
pub use compact::{MAX_HEADER_LEN, MAX_TOKEN_LEN};
pub use error::{JwsError, KeyError};
pub use jwk::{Jwks, PublicJwk};
pub use key_id::KeyId;
pub use key_set::KeySet;
pub use ring::KeyRing;
pub use signing::SigningKey;
pub use source::{SigningSource, TrustSource};
pub use verifying::VerifyingKey;

pub(crate) use compact::sign;
