//! API keys: what a person gives to a program, so that it need not have their password.
//!
//! A key is `prefix_id_secret_checksum`, such as `acme_` followed by 16, 32 and 6 characters of `0-9A-Za-z` with `_` between them:
//!
//! | part | what it is for |
//! |---|---|
//! | prefix | the service's own word ([`ApiKeyPrefix`]), so that a scanner finds keys in code and logs, and a reader knows whose it is |
//! | id | names the key in lists and audit events; it is looked up by it |
//! | secret | 190 bits from the system's generator; only its SHA-256 is kept, which at that size needs no salt and no cost (ASVS 6.5.2) |
//! | checksum | CRC-32 of all before it: a typo or a text that only looks like a key is refused without asking anybody |
//!
//! Scanners take `\bacme_[0-9A-Za-z]{16}_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}\b`, and the checksum leaves no false alarm
//! ([`ApiKeyPrefix::recognise`]).
//!
//! A presented key is judged in this order: form and checksum; whether there is such an id and the secret is its own, which get one
//! answer; whether it is revoked or expired; whether its owner may act. It then acts as its owner, with the owner's roles **and**
//! within its scopes, and as [`PrincipalKind::ApiKey`](stockade_core::PrincipalKind::ApiKey), which no step-up rule takes for a person.

mod base62;
mod checksum;
mod config;
mod error;
mod keys;
#[cfg(any(test, feature = "laws"))]
pub mod laws;
mod memory;
mod owner;
mod prefix;
mod record;
mod standing;
mod store;
#[cfg(test)]
mod tests;

pub use config::{ApiKeyConfig, ApiKeyConfigError};
pub use error::{ApiKeyError, ApiKeyRefusal, InvalidApiKey};
pub use keys::{ApiKeyRotation, ApiKeySummary, ApiKeys, Issuance, IssuedApiKey, NewApiKey};
pub use memory::MemoryApiKeys;
pub use owner::{OwnerRoles, RolesOf, WithoutRoles};
pub use prefix::{ApiKeyPrefix, InvalidPrefix, NotApiKey};
pub use record::{ApiKeyDigest, ApiKeyName, ApiKeyRecord};
pub use store::{ApiKeyStore, KeyCreation, KeyRevocation, KeyRotation};
