//! Files: the age v1 format.

mod armor;
mod file_key;
mod header;
mod key_text;
mod passphrase;
mod recipient;
mod ring_access;
mod wrap;
mod x25519;

pub use armor::{ArmorError, ArmorReader, ArmorWriter, MaybeArmored};
pub use file_key::FileKey;
pub use header::{Header, HeaderError, HeaderRoom, MAX_HEADER_LEN, MAX_STANZAS, Stanza};
pub use key_text::KeyTextError;
pub use passphrase::{Passphrase, PassphraseCaps, PassphraseKdf};
pub use recipient::{Identity, Recipient, Unwrapped};
pub use ring_access::{FileContext, RingAccess};
pub use x25519::{X25519Identity, X25519Recipient};
