//! One-time tokens: what is mailed or handed out to be brought back once. Password reset, verification and change of an e-mail
//! address, and the pending state between password and second factor.
//!
//! A token is a prefix and 48 bytes in base64url: a secret (32, 256 bits) and a tag (16) that only the holder of the
//! [`OneTimeKeys`] can make, under a key of its [`Purpose`]. It follows that a text that we did not issue, or issued for another
//! purpose, is refused **without asking a store**, so that guessing costs an attacker one HMAC of ours. Stores keep only an
//! HMAC of the token, under yet another key of its purpose.
//!
//! Unknown, spent, expired, voided, of another purpose: whoever brings a token that is not good gets one answer.
//!
//! ## Clocks
//!
//! Life is measured by the wall clock. [`attempt`](OneTimeTokenStore::attempt) and [`take`](OneTimeTokenStore::take) forget a
//! token that they find expired: set back later, a clock does not bring it back. A token that nobody presented while it was
//! expired lives longer by as much as the clock was set back, unless it was purged.

mod keys;
#[cfg(feature = "laws")]
pub mod laws;
mod memory;
mod purpose;
mod record;
mod store;
#[cfg(test)]
mod tests;
mod tokens;

pub use keys::{NotOneTimeToken, OneTimeDigest, OneTimeKeys, TooManyOneTimeKeys};
pub use memory::MemoryOneTimeTokens;
pub use purpose::Purpose;
pub use record::{Bound, InvalidBound, OneTimeRecord, surplus_tokens};
pub use store::{Attempted, OneTimeTokenStore};
pub use tokens::{
    AttemptOutcome, Grant, IssuedToken, LifetimeError, OneTimeError, OneTimeTokens, Redemption,
};
