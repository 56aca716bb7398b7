//! Fields: short values, each sealed for one place in one table.
//!
//! [`Fields`] seals a value for a [`FieldContext`], which says whose it is and where it lies: tenant, table, column and row. The
//! context is authenticated and not stored, so that a ciphertext copied into another row, another column or another tenant's
//! table does not open there. There is no way to seal without one: the signature asks for it.
//!
//! ```
//! use std::sync::Arc;
//! use stockade_core::{SystemClock, SystemEntropy, TenantId};
//! use stockade_crypto_at_rest::field::{Column, FieldError, Fields};
//! use stockade_crypto_at_rest::ring::{KeyRing, Keys};
//!
//! const NAME: Column = Column::new("patients", "name");
//!
//! let keys = Keys::new(KeyRing::generate(&SystemEntropy, &SystemClock::new())?);
//! let fields = Fields::new(keys, Arc::new(SystemEntropy));
//! let acme: TenantId = "acme".parse()?;
//!
//! let sealed = fields.seal(&NAME.row(&acme, 7), b"Ada Lovelace")?;
//! assert_eq!(fields.open(&NAME.row(&acme, 7), &sealed)?.expose(), b"Ada Lovelace");
//! // moved to the next row, it does not open
//! assert_eq!(fields.open(&NAME.row(&acme, 8), &sealed), Err(FieldError::Refused));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Forgetting the context does not compile:
//!
//! ```compile_fail
//! # fn f(fields: &stockade_crypto_at_rest::field::Fields) {
//! fields.seal(b"Ada Lovelace");
//! # }
//! ```
//!
//! ## What is sealed, and how
//!
//! XChaCha20-Poly1305 under the field key of the ring's active key, in the envelope that `SPEC.md` writes down: version, flags,
//! key id, key commitment, nonce, ciphertext, tag; [`OVERHEAD`] bytes more than the text. An envelope names its algorithm by its
//! version, and its key by id, so that both can be replaced row by row: see [`Fields::reseal`].
//!
//! **Nonces.** 192 random bits each, straight from [`Entropy`](stockade_core::Entropy) at each call. Under one key, 2⁸⁰ messages
//! have a chance below 2⁻³² that any two share a nonce (n²/2¹⁹³), and no counter has to survive a crash, a restored backup or a
//! second server. They are not drawn ahead into a buffer, although that would save a system call (a third of the time of a short
//! field): a process that forks, or a virtual machine that is restored from a snapshot, would hand out the same buffer twice.
//! [`Fields::seal_many`] draws once for all its messages, numbers them from there, and keeps nothing when it returns.
//!
//! **Commitment.** Poly1305 alone lets whoever chooses two keys make one ciphertext that opens under both, to different texts.
//! The envelope therefore carries 32 bytes that HKDF-SHA256 derives from the key, compared in constant time before anything is
//! decrypted: two keys with the same commitment are a collision of SHA-256, 2¹²⁸ work. Sixteen bytes would halve that to 2⁶⁴, less
//! than the 128 bits that ASVS 11.2.3 asks for, so they are not cut.
//!
//! ## What it does not hide
//!
//! The length of the text (unless the column is [`padded`](Column::padded)), which key sealed it, which rows have a value at
//! all, and how often a row is written. An older envelope of the same cell still opens there: whoever can write the table can
//! put a former value back.
//!
//! ## Finding rows
//!
//! Equal texts have different envelopes, so that no query can compare them. [`BlindIndex`] makes a second, keyed and truncated
//! column for equality; [`Column::danger_deterministic`] gives that up for columns where it must.

mod blind;
mod context;
mod deterministic;
mod envelope;
mod error;
mod fields;
mod many;
mod normal;
mod padding;
mod reseal;
mod seal;
mod sealed;
#[cfg(test)]
mod tests;
mod value;

pub use blind::{BlindIndex, IndexBits, IndexValue};
pub use context::{Column, DeterministicColumn, FieldContext, RowId, Tenant};
pub use envelope::OVERHEAD;
pub use error::FieldError;
pub use fields::{Fields, MAX_TEXT};
pub use normal::Normal;
pub use padding::Padding;
pub use reseal::{Freshness, Reseal};
pub use sealed::Sealed;
pub use value::FieldValue;
