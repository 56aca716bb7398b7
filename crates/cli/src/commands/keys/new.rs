//! `keys new`.

use crate::args::{New, Voice};
use crate::cancel::Cancel;
use crate::commands::{failures, ring};
use crate::failure::Failure;
use crate::say;
use serde_json::json;
use std::sync::Arc;
use stockade_core::{SystemClock, SystemEntropy};
use stockade_crypto_at_rest::ring::wrap::LocalFileWrapper;
use stockade_crypto_at_rest::ring::{KeyRing, KeyRingFile};

pub(super) fn new(args: &New, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    // What is refused is refused before anybody types a passphrase.
    if args.file.symlink_metadata().is_ok() {
        return Err(Failure::refused("exists", "there is such a file").at(&args.file));
    }
    if let Some(path) = args.unlock.wrap_key.as_ref().filter(|path| !path.exists()) {
        let created = LocalFileWrapper::create(path, Arc::new(SystemEntropy));
        created.map_err(|error| failures::wrap(&error).at(path))?;
        say::remark(voice, &format!("`{}` is new: without it the key ring never opens", path.display()));
    }
    let unlock = ring::new_lock(&args.unlock, args.kdf, cancel)?;
    let mut ring =
        KeyRing::generate(&SystemEntropy, &SystemClock::new()).map_err(|error| failures::ring(&error))?;
    cancel.check()?;
    KeyRingFile::at(&args.file)
        .create(&mut ring, &unlock, &SystemEntropy)
        .map_err(|error| failures::ring_file(&error).at(&args.file))?;
    let active = ring.active().id();
    say::result(voice, &json!({ "keyring": say::path(&args.file), "active": active }), || {
        format!("`{}`: key {active} is active", args.file.display())
    })
}
