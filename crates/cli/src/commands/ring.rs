//! Key rings: unlocking one, and using it for files.

use super::{failures, wrapper};
use crate::args::{RingArgs, RingKdf, UnlockArgs, whole_context};
use crate::cancel::Cancel;
use crate::failure::Failure;
use crate::{secret_file, terminal};
use std::path::Path;
use stockade_core::SystemEntropy;
use stockade_crypto_at_rest::file::RingAccess;
use stockade_crypto_at_rest::kdf::PasswordKdf;
use stockade_crypto_at_rest::ring::{KeyRing, KeyRingFile, Keys, Unlock};

/// OWASP Password Storage Cheat Sheet 2023, ASVS 11.4.4.
const PBKDF2_ITERATIONS: u32 = 600_000;

/// A ring, unlocked, and what locks it again.
pub(crate) struct Unlocked {
    file: KeyRingFile,
    unlock: Unlock,
    cancel: Cancel,
    pub(crate) ring: KeyRing,
}

impl Unlocked {
    /// Opens the ring at `path`.
    pub(crate) fn open(path: &Path, args: &UnlockArgs, cancel: &Cancel) -> Result<Self, Failure> {
        let file = KeyRingFile::at(path);
        let failed = |error| failures::ring_file(&error).at(path);
        let sealed = file.read().map_err(failed)?;
        // Its own cost stays, unless it is refused when the ring is opened.
        let kdf = sealed.lock().parse::<PasswordKdf>().ok();
        let unlock = match (wrapper::named(args)?, kdf) {
            (Some(unlock), _) => unlock,
            (None, Some(kdf)) => {
                let text = match &args.keyring_passphrase_file {
                    Some(path) => secret_file::read(path)?,
                    None => terminal::passphrase("passphrase of the key ring", cancel)?,
                };
                Unlock::Passphrase(text, kdf)
            }
            (None, None) => {
                let wanted = sealed.lock();
                let message =
                    format!("it is unlocked by `{wanted}`: say --wrap-key, --wrap-command or --vault");
                return Err(Failure::usage(message).at(path));
            }
        };
        let ring = sealed.open(&unlock).map_err(|error| failures::sealed_ring(&error).at(path))?;
        Ok(Self { file, unlock, cancel: cancel.clone(), ring })
    }

    /// Writes the ring as it is now, unless a signal came before.
    pub(crate) fn save(&mut self) -> Result<(), Failure> {
        self.cancel.check()?;
        let saved = self.file.save(&mut self.ring, &self.unlock, &SystemEntropy);
        saved.map_err(|error| failures::ring_file(&error).at(self.file.path()))
    }
}

/// What locks a new ring.
pub(crate) fn new_lock(args: &UnlockArgs, kdf: RingKdf, cancel: &Cancel) -> Result<Unlock, Failure> {
    if let Some(unlock) = wrapper::named(args)? {
        return Ok(unlock);
    }
    let text = match &args.keyring_passphrase_file {
        Some(path) => secret_file::read(path)?,
        None => terminal::new_passphrase("new passphrase of the key ring", cancel)?,
    };
    let kdf = match kdf {
        RingKdf::Argon2id => PasswordKdf::default(),
        RingKdf::Pbkdf2 => pbkdf2()?,
    };
    Ok(Unlock::Passphrase(text, kdf))
}

/// The ring of the arguments as recipient and identity, if they name one.
pub(crate) fn access(args: &RingArgs, cancel: &Cancel) -> Result<Option<RingAccess>, Failure> {
    let context = whole_context(&args.context).map_err(|error| Failure::usage(error.to_string()))?;
    let Some(path) = &args.keyring else { return Ok(None) };
    let keys = Keys::new(Unlocked::open(path, &args.unlock, cancel)?.ring);
    Ok(Some(RingAccess::new(keys, context)))
}

pub(crate) fn pbkdf2() -> Result<PasswordKdf, Failure> {
    PasswordKdf::pbkdf2_hmac_sha256(PBKDF2_ITERATIONS).map_err(|error| failures::kdf(&error))
}
