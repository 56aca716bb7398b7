//! Files: the age v1 format.

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
