//! `rewrap` and `reseal`: other recipients for a sealed file.

use super::parties::{self, NewPassphrase, Openers};
use super::progress::Watched;
use super::{failures, ring};
use crate::args::{Change, Reseal, Rewrap, Voice};
use crate::cancel::Cancel;
use crate::failure::Failure;
use crate::say;
use serde_json::json;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use stockade_core::SystemEntropy;
use stockade_crypto_at_rest::file::{
    self, FileError, HeaderRoom, Opener, Recipient, RewrapOptions, Rewrapped, Sealer, StanzaInfo,
    WriteOptions, recover_rewrap,
};

pub(crate) fn rewrap(args: &Rewrap, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    let names = failures::Names { input: &args.file, output: &args.file };
    let room = room(&args.change, &args.file, &names, cancel)?.1;
    let (openers, recipients) = parties_of(&args.change, cancel)?;
    let recipients: Vec<_> = recipients.iter().map(|recipient| &**recipient).collect();
    let options = RewrapOptions::default().room(room);
    let rewrapped = file::rewrap(&args.file, &openers.identities(), &recipients, options, &SystemEntropy);
    let how = match rewrapped.map_err(|error| openers.failed(&error, &names, cancel))? {
        Rewrapped::InPlace => "in-place",
        _ => "copied",
    };
    say::done(voice, &json!({ "rewrapped": say::path(&args.file), "how": how }))
}

pub(crate) fn reseal(args: &Reseal, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    let names = failures::Names { input: &args.file, output: &args.file };
    let (armor, room) = room(&args.change, &args.file, &names, cancel)?;
    let (openers, recipients) = parties_of(&args.change, cancel)?;
    let recipients = recipients.iter().map(|recipient| &**recipient).collect();
    let watched = Watched::new(voice, cancel);
    let watch = |progress| watched.step(progress);
    let sealer = Sealer::new(recipients, &SystemEntropy).armor(armor).header_room(room).progress(&watch);
    let opener = Opener::new(openers.identities());
    let resealed = file::reseal(&args.file, &opener, &sealer, WriteOptions::default(), &SystemEntropy);
    let bytes = resealed.map_err(|error| openers.failed(&error, &names, cancel))?;
    drop(watched);
    say::done(voice, &json!({ "resealed": say::path(&args.file), "plaintext_bytes": bytes }))
}

/// Old keys and new ones; the ring, which is unlocked once, on both sides.
fn parties_of(args: &Change, cancel: &Cancel) -> Result<(Openers, Vec<Box<dyn Recipient>>), Failure> {
    let mut recipients = parties::named(&args.recipients)?;
    let (ask, file) = (args.passphrase, args.new_passphrase_file.as_deref());
    if recipients.is_empty() && !ask && file.is_none() && (args.ring.keyring.is_none() || args.leave_keyring)
    {
        return Err(Failure::usage(
            "for whom? name recipients by -r or -R, a --keyring, or a passphrase by -p",
        ));
    }
    let access = ring::access(&args.ring, cancel)?;
    // Where a passphrase opens the file, nothing else does: a ring that is only moved to need not keep it from being asked for.
    let ask_old = args.openers.passphrase_file.is_none();
    let openers = Openers::new(&args.openers, ask_old, access.clone(), cancel)?;
    if let Some(access) = access.filter(|_| !args.leave_keyring) {
        recipients.push(Box::new(access));
    }
    recipients.extend(NewPassphrase { ask, file, kdf: args.recipients.kdf }.recipient(cancel)?);
    Ok((openers, recipients))
}

/// Whether the file is armoured, and the room that its next header has: the room it had, unless the arguments ask for another.
fn room(
    args: &Change,
    path: &Path,
    names: &failures::Names<'_>,
    cancel: &Cancel,
) -> Result<(bool, HeaderRoom), Failure> {
    let _ = recover_rewrap(path);
    let inspected = || {
        let file = File::open(path).map_err(FileError::Read)?;
        let size = file.metadata().map_err(FileError::Read)?.len();
        file::inspect(BufReader::new(file), Some(size))
    };
    let inspection = inspected().map_err(|error| failures::file(&error, names, cancel))?;
    let padded = inspection.stanzas.contains(&StanzaInfo::Padding);
    let room = match (args.header_room, u32::try_from(inspection.header_len)) {
        (Some(room), _) => HeaderRoom::Multiple(room),
        (None, Ok(len)) if padded => HeaderRoom::Exactly(len),
        _ => HeaderRoom::None,
    };
    Ok((inspection.armored, room))
}
