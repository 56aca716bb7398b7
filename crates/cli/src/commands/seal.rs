//! `seal`.

use super::input::{self, Source};
use super::output::{self, Content, Sink};
use super::parties::{self, NewPassphrase};
use super::progress::Watched;
use super::{failures, ring};
use crate::args::{Seal, Voice};
use crate::cancel::Cancel;
use crate::failure::Failure;
use crate::say;
use serde_json::json;
use stockade_core::SystemEntropy;
use stockade_crypto_at_rest::file::{HeaderRoom, Sealer};

pub(crate) fn seal(args: &Seal, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    let content = if args.armor { Content::Armor } else { Content::Sealed };
    // What is refused is refused before anybody types a passphrase.
    let sink = Sink::new(&args.target, content)?;
    let mut source = Source::new(args.input.as_deref(), cancel)?;
    let mut recipients = parties::named(&args.recipients)?;
    recipients.extend(parties::recipients_of(&args.identities)?);
    if let Some(access) = ring::access(&args.ring, cancel)? {
        recipients.push(Box::new(access));
    }
    let (ask, file) = (args.passphrase, args.passphrase_file.as_deref());
    recipients.extend(NewPassphrase { ask, file, kdf: args.recipients.kdf }.recipient(cancel)?);
    if recipients.is_empty() {
        return Err(Failure::usage(
            "for whom? name recipients by -r or -R, a --keyring, or a passphrase by -p",
        ));
    }

    let recipients: Vec<_> = recipients.iter().map(|recipient| &**recipient).collect();
    let room = args.header_room.map_or(HeaderRoom::None, HeaderRoom::Multiple);
    let watched = Watched::new(voice, cancel);
    let watch = |progress| watched.step(progress);
    let sealer = Sealer::new(recipients, &SystemEntropy).header_room(room).armor(args.armor).progress(&watch);
    let sealed = match sink {
        Sink::File(path, options) => sealer.seal_to(&mut source, path, options),
        Sink::Stream(mut stream) => sealer.seal(&mut source, &mut stream),
    };
    let names =
        failures::Names { input: input::name(args.input.as_deref()), output: output::name(&args.target) };
    let bytes = sealed.map_err(|error| failures::file(&error, &names, cancel))?;
    drop(watched);
    if output::is_free(&args.target) {
        say::done(voice, &json!({ "output": say::path(names.output), "plaintext_bytes": bytes }))?;
    }
    Ok(())
}
