//! What to put in the place of what was found: a label, a mask, or a token that leads back.

mod error;
mod keep;
mod mask;
mod store;
#[cfg(test)]
mod tests;
mod token;

pub use error::VaultError;
pub use mask::{mask, redact};
pub use store::{Vault, VaultLimits};
