//! Second factors: time-based codes of an authenticator app (TOTP, RFC 6238), and backup codes for the day the phone is gone.
//!
//! A code is good **once**: the store remembers the last time step whose code it accepted, and takes only a later one, by one
//! compare-and-set. A code seen over a shoulder, read from a log or presented by 64 connections at once opens nothing twice.
//!
//! ## Enrolling
//!
//! 1. [`SecondFactors::begin`] draws a secret, keeps it sealed, and gives it out once, as text, URI and QR code.
//! 2. [`SecondFactors::check_pending`] compares the first code. Nothing is in force yet.
//! 3. Make backup codes: [`BackupCodes::generate`], and [`BackupSet::hash`] off the async threads (ten slow hashes).
//! 4. [`SecondFactors::confirm`] puts secret, consumed step and backup codes in force, all or nothing.
//!
//! ## Backup codes
//!
//! Ten codes of 50 bits. They are short enough to be guessed from a stolen table, so that they are kept as Argon2id under the
//! hasher's cost and pepper (ASVS 6.5.2), one salt for a set: comparing a typed code with all of them costs one hash. Ask
//! [`SecondFactors::backup_codes`], compute [`BackupState::digest`] off the async threads, and spend what it gives.
//!
//! ## Guessing
//!
//! Nothing here counts attempts: an [`AttemptGuard`](crate::AttemptGuard) stands before each call that compares a code.
//!
//! ## Clocks
//!
//! The time is the server's, by the [`Clock`](stockade_core::Clock) that was given (ASVS 6.5.8). Set back, a clock revives no
//! code: its step lies before the last one accepted. Until it has passed that step again, only backup codes help.

mod backup;
mod code;
mod config;
mod error;
#[cfg(feature = "laws")]
pub mod laws;
mod memory;
#[cfg(feature = "qr")]
mod png;
#[cfg(feature = "qr")]
mod qr;
mod record;
mod second_factors;
mod store;
#[cfg(test)]
mod tests;
mod totp;

pub use backup::{BackupCode, BackupCodes, BackupDigest, BackupSet, BackupState, NotBackupCode};
pub use code::{NotTotpCode, TotpCode};
pub use config::{FactorConfig, FactorConfigError};
pub use error::{BackupError, FactorError};
pub use memory::MemoryFactors;
#[cfg(feature = "qr")]
pub use qr::QrError;
pub use record::{ConfirmedTotp, FactorId, Factors, PendingTotp, SealedTotp};
pub use second_factors::{CodeCheck, Enrolling, PendingCheck, PendingProof, SecondFactors};
pub use store::{Beginning, Confirmation, FactorKind, FactorStore, Regeneration, Removal, Spending, Step};
pub use totp::Enrolment;
