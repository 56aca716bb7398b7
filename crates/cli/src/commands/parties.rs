//! Recipients and identities, from what the arguments name.

use super::{failures, ring};
use crate::args::{self, Kdf};
use crate::cancel::Cancel;
use crate::failure::Failure;
use crate::{Exit, secret_file, terminal};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use stockade_core::Secret;
use stockade_crypto_at_rest::file::{
    FileError, HeaderError, Identity, KeyTextError, Passphrase, PassphraseKdf, Recipient, RingAccess, Stanza,
    Unwrapped, X25519Identity, X25519Recipient, read_identities, read_recipients,
};
use stockade_crypto_at_rest::kdf::PasswordKdf;

/// The stanza types that a passphrase opens.
const OF_PASSPHRASES: [&str; 3] = ["scrypt", "stockade.argon2id/v1", "stockade.pbkdf2-sha256/v1"];

/// The recipients named by `-r` and `-R`.
pub(crate) fn named(args: &args::Recipients) -> Result<Vec<Box<dyn Recipient>>, Failure> {
    let mut recipients: Vec<Box<dyn Recipient>> = Vec::new();
    for (place, text) in args.recipients.iter().enumerate() {
        // Not repeated: somebody may have pasted the other half of the pair.
        let wrong = |error| Failure::usage(format!("recipient {} of -r: {error}", place + 1));
        recipients.push(Box::new(text.parse::<X25519Recipient>().map_err(wrong)?));
    }
    for path in &args.recipients_files {
        for recipient in recipients_in(path)? {
            recipients.push(Box::new(recipient));
        }
    }
    Ok(recipients)
}

/// The recipients of the identities in these files.
pub(crate) fn recipients_of(paths: &[PathBuf]) -> Result<Vec<Box<dyn Recipient>>, Failure> {
    let mut recipients: Vec<Box<dyn Recipient>> = Vec::new();
    for path in paths {
        for identity in identities(path)? {
            recipients.push(Box::new(identity.recipient()));
        }
    }
    Ok(recipients)
}

/// The recipients in this file.
fn recipients_in(path: &Path) -> Result<Vec<X25519Recipient>, Failure> {
    let file = File::open(path).map_err(Failure::file(path))?;
    read_recipients(file).map_err(|error| key_text(&error).at(path))
}

/// The identities in this file, or in standard input for `-`.
pub(crate) fn identities(path: &Path) -> Result<Vec<X25519Identity>, Failure> {
    let read = if path == Path::new("-") {
        read_identities(std::io::stdin().lock())
    } else {
        read_identities(File::open(path).map_err(Failure::file(path))?)
    };
    read.map_err(|error| key_text(&error).at(path))
}

fn key_text(error: &KeyTextError) -> Failure {
    match error {
        KeyTextError::Io(_) => Failure::chained(Exit::Failed, "io", error),
        _ => Failure::chained(Exit::Usage, "usage", error),
    }
}

/// Where a new passphrase comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewPassphrase<'a> {
    pub(crate) ask: bool,
    pub(crate) file: Option<&'a Path>,
    pub(crate) kdf: Kdf,
}

impl NewPassphrase<'_> {
    /// The passphrase as a recipient, if there is to be one.
    pub(crate) fn recipient(self, cancel: &Cancel) -> Result<Option<Box<dyn Recipient>>, Failure> {
        let text = match self.file {
            Some(path) => secret_file::read(path)?,
            None if self.ask => terminal::new_passphrase("new passphrase", cancel)?,
            None => return Ok(None),
        };
        let kdf = match self.kdf {
            Kdf::Scrypt => PassphraseKdf::default(),
            Kdf::Argon2id => PassphraseKdf::Ours(PasswordKdf::default()),
            Kdf::Pbkdf2 => PassphraseKdf::Ours(ring::pbkdf2()?),
        };
        Ok(Some(Box::new(Passphrase::new(text).with_kdf(kdf))))
    }
}

/// Everybody who may open a file.
pub(crate) struct Openers {
    keys: Vec<Box<dyn Identity>>,
    asked: Option<AskedFor>,
}

impl Openers {
    /// Those whom the arguments name. A passphrase is asked for where `ask` says so or nobody else is there, and then only if
    /// the file has one.
    pub(crate) fn new(
        args: &args::Openers,
        ask: bool,
        ring: Option<RingAccess>,
        cancel: &Cancel,
    ) -> Result<Self, Failure> {
        let mut keys: Vec<Box<dyn Identity>> = Vec::new();
        for path in &args.identities {
            for identity in identities(path)? {
                keys.push(Box::new(identity));
            }
        }
        if let Some(path) = &args.passphrase_file {
            keys.push(Box::new(Passphrase::new(secret_file::read(path)?)));
        }
        if let Some(access) = ring {
            keys.push(Box::new(access));
        }
        let nobody = keys.is_empty();
        let asked =
            (ask || nobody).then(|| AskedFor { cancel: cancel.clone(), state: Mutex::default(), nobody });
        Ok(Self { keys, asked })
    }

    pub(crate) fn identities(&self) -> Vec<&dyn Identity> {
        let asked = self.asked.iter().map(|asked| asked as &dyn Identity);
        self.keys.iter().map(|identity| &**identity).chain(asked).collect()
    }

    /// Why the file did not open: what the terminal had to do with it, or what the library says.
    pub(crate) fn failed(&self, error: &FileError, names: &failures::Names<'_>, cancel: &Cancel) -> Failure {
        match (error, self.asked.as_ref().and_then(AskedFor::failure)) {
            (FileError::Header(HeaderError::Refused), Some(failure)) => failure,
            _ => failures::file(error, names, cancel),
        }
    }
}

/// A passphrase that is asked for when a file turns out to have one.
#[derive(Debug)]
struct AskedFor {
    cancel: Cancel,
    state: Mutex<Asked>,
    /// There is no other identity.
    nobody: bool,
}

#[derive(Debug, Default)]
enum Asked {
    #[default]
    Not,
    Nothing,
    Answered(Secret<String>),
    Failed(Option<Failure>),
}

impl AskedFor {
    fn failure(&self) -> Option<Failure> {
        match &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner) {
            Asked::Failed(failure) => failure.take(),
            Asked::Nothing if self.nobody => Some(Failure::usage(
                "the file has no passphrase: name who opens it by -i IDENTITY or --keyring FILE",
            )),
            _ => None,
        }
    }
}

impl Identity for AskedFor {
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Unwrapped, HeaderError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !stanzas.iter().any(|stanza| OF_PASSPHRASES.contains(&stanza.kind())) {
            *state = Asked::Nothing;
            return Ok(Unwrapped::NotMine);
        }
        if !matches!(*state, Asked::Answered(_)) {
            *state = match terminal::passphrase("passphrase", &self.cancel) {
                Ok(text) => Asked::Answered(text),
                Err(failure) => Asked::Failed(Some(failure)),
            };
        }
        match &*state {
            Asked::Answered(text) => Passphrase::new(text.clone()).unwrap(stanzas),
            _ => Ok(Unwrapped::NotMine),
        }
    }
}
