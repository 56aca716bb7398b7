//! Refresh tokens: opaque, long-lived, good for one use.
//!
//! A token is `rt1_` and 68 bytes in base64url: the session's id (16), its generation (4, counting rotations), a secret (32,
//! 256 bits), and a tag (16) that only the holder of the [`RefreshKeys`] can make. Two properties follow:
//!
//! - A token that we did not issue is refused **without asking a store**: guessing costs an attacker one HMAC of ours, and
//!   nobody can end another's session by presenting garbage that names it.
//! - A token that we did issue and that is neither the current one of its session nor the one just replaced is a **copy**:
//!   somebody else holds, or held, the session. The store need not remember every spent token to know this.
//!
//! Stores keep only an HMAC of the token. The next secret is an HMAC over the presented token and a nonce drawn at rotation:
//! two tabs that refresh with the same token at once compute the same successor, though nobody stored it.

mod keys;
#[cfg(test)]
mod tests;
mod token;

pub use keys::{RefreshKeys, RefreshTokenError, TooManyKeys};
pub use token::{Nonce, PresentedToken, TokenDigest};
