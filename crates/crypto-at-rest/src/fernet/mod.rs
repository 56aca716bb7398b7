//! Reads Fernet tokens, to move off them.
//!
//! Fernet (github.com/fernet/spec) is AES-128 in CBC mode under HMAC-SHA256, in base64. It is read here, and **not written**: its key
//! has half the bits that this crate's own formats have, nothing binds a token to its place, a large one has to be held whole, and
//! each new token would be one more to migrate. Open what there is, seal it as a [field](crate::field) or a [file](crate::file), and
//! drop the feature; [`walk`](crate::walk) does so for a table while the application runs.
//!
//! ```
//! use std::time::Duration;
//! use stockade_core::{ManualClock, UnixMillis};
//! use stockade_crypto_at_rest::fernet::{Fernet, FernetError, FernetKey};
//!
//! let key: FernetKey = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=".parse()?;
//! let fernet = Fernet::new(key);
//! let clock = ManualClock::at(UnixMillis::from_secs(499_162_800));
//! let token = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
//!
//! assert_eq!(fernet.open(token, None, &clock)?.expose(), b"hello");
//! // Refused: whatever was altered, and what is older than the caller accepts.
//! assert_eq!(fernet.open(token.replace("y0", "y1"), None, &clock).unwrap_err(), FernetError::Refused);
//! clock.advance(Duration::from_secs(61));
//! let minute = Some(Duration::from_secs(60));
//! assert_eq!(fernet.open(token, minute, &clock).unwrap_err(), FernetError::Expired);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is guaranteed
//!
//! - The HMAC is verified, in constant time, before a byte is decrypted and before the time stamp or the padding is looked at
//!   (encrypt-then-MAC). A token that does not open is [`Refused`](FernetError::Refused), whatever is wrong with it.
//! - Its length is compared with [`Fernet::DEFAULT_MAX_TOKEN`], or the caller's own limit, before anything is decoded.
//! - One token has one spelling: base64url with its padding, no spaces or line ends, no stray bits. Python's `cryptography` writes it
//!   so and also reads looser ones.
//! - The time is judged as Python's `cryptography` does: only where the caller gives a time to live, and then a token from more than
//!   [60 seconds ahead](Fernet::MAX_CLOCK_SKEW) is refused as well.
//!
//! # What it costs
//!
//! [`Fernet::open`] holds the token, which the caller has anyway, and the plaintext. From 1 MiB on it borrows a second thread for the
//! time of the call. [`Fernet::open_reader`] holds about 2 MiB however long the token is, and reads it twice, because the MAC comes
//! last. What it writes has been authenticated, even where somebody alters the file between the two passes.

mod base64;
mod bulk;
mod error;
mod key;
mod open;
mod shape;
mod stream;
#[cfg(test)]
mod tests;

pub use error::{FernetError, FernetStreamError};
pub use key::{FernetKey, InvalidFernetKey};
pub use open::Fernet;
