//! Files: the age v1 format.
//!
//! 1. [`Sealer`] and [`Opener`] move whole files: between readers and writers, between names, in memory, and (feature `tokio`)
//!    on a task. Several threads work on one file, in constant memory.
//! 2. [`Opener::range`] reads a sealed file at any place, for the price of the chunks it touches.
//! 3. [`rewrap()`] gives a file other recipients without reading it; [`reseal()`] also gives it another key.
//! 4. A file appears under its name when it is whole, and verified where it was opened. [`clean_leftovers`] finds what killed
//!    runs leave behind on systems without unnamed files.
//!
//! To a *stream*, chunks go as they are verified, in order: a consumer of [`Opener::open`] or [`Opener::reader`] must not take
//! what it has for all there is before the end is confirmed.

mod armor;
#[cfg(feature = "tokio")]
mod asynchronous;
mod atomic;
mod error;
mod file_key;
mod header;
mod input;
mod inspect;
mod key_text;
mod opener;
mod passphrase;
mod payload;
mod progress;
mod pump;
mod range;
mod reader;
mod recipient;
mod reseal;
mod rewrap;
mod ring_access;
mod sealer;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
mod wrap;
mod x25519;

pub use armor::{ArmorError, ArmorReader, ArmorWriter, MaybeArmored};
pub use atomic::{Durability, Existing, WriteOptions, clean_leftovers};
pub use error::FileError;
pub use file_key::FileKey;
pub use header::{Header, HeaderError, HeaderRoom, MAX_HEADER_LEN, MAX_STANZAS, Stanza};
pub use input::Input;
pub use inspect::{Inspection, StanzaInfo, inspect};
pub use key_text::{KeyTextError, MAX_IDENTITIES, MAX_KEY_FILE_LEN, read_identities, read_recipients};
pub use opener::Opener;
pub use passphrase::{Passphrase, PassphraseCaps, PassphraseKdf};
pub use progress::{Progress, Watch};
pub use range::{RangeReader, ReadAt};
pub use reader::OpenReader;
pub use recipient::{Identity, Recipient, Unwrapped};
pub use reseal::reseal;
pub use rewrap::{Recovery, RewrapOptions, Rewrapped, recover_rewrap, rewrap};
pub use ring_access::{FileContext, RingAccess};
pub use sealer::Sealer;
pub use x25519::{X25519Identity, X25519Recipient};
