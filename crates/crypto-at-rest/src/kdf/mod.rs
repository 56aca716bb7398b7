//! Keys from passwords.
//!
//! A password is no key: it is short, and who holds the file may guess at leisure. [`PasswordKdf`] makes each guess cost what
//! a login costs (ASVS 11.4.4), and says how in a few decimals that stand in the clear beside the salt. Those decimals may come
//! from an attacker, so they are held against a floor and against [`KdfCaps`] before any memory is taken or any work done.

mod arena;
mod caps;
mod decimal;
mod error;
mod expand;
mod password_kdf;
#[cfg(test)]
mod tests;
mod text;

pub use caps::KdfCaps;
pub use error::KdfError;
pub use password_kdf::{PasswordKdf, SALT_LEN};

pub(crate) use decimal::decimal;
pub(crate) use expand::Expander;
