//! Keys that are kept elsewhere.
//!
//! A [`KeyWrapper`] encrypts one key under another that never comes here: a KMS, an HSM, a file on removable media. The key ring
//! asks it once when it is opened and once when it is saved, and never while fields or files are sealed.

mod command;
mod error;
mod local;
mod name;
mod program;
#[cfg(test)]
mod tests;
#[cfg(feature = "vault")]
mod vault;

pub use command::CommandWrapper;
pub use error::WrapError;
pub use local::LocalFileWrapper;
pub use name::WrapperName;
#[cfg(feature = "vault")]
pub use vault::VaultTransit;

use std::fmt::Debug;
use stockade_core::Secret;

/// The most octets of a wrapped key: ten times what a KMS returns.
pub const MAX_WRAPPED_LEN: usize = 4096;

/// Wraps and unwraps a key under one that it keeps.
///
/// Both calls may block, for as long as the implementation's timeout says; an async program calls them where blocking is
/// allowed. What `wrap` returns must be authenticated: `unwrap` of anything else fails. `Debug` shows no secret.
pub trait KeyWrapper: Send + Sync + Debug {
    /// A name that stands in the file, so that the right wrapper is used to open it: see [`WrapperName`] for its alphabet.
    fn name(&self) -> &str;

    /// Wraps `key`. At most [`MAX_WRAPPED_LEN`] octets.
    ///
    /// # Errors
    /// It is out of reach, or refuses.
    fn wrap(&self, key: &Secret<[u8; 32]>) -> Result<Vec<u8>, WrapError>;

    /// Unwraps what [`wrap`](Self::wrap) returned.
    ///
    /// # Errors
    /// It is out of reach, or refuses.
    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, WrapError>;
}
