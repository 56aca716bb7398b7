//! `open`.

use super::input::{self, Source};
use super::output::{self, Content, Sink};
use super::parties::Openers;
use super::progress::Watched;
use super::{failures, ring};
use crate::args::{Open, Voice};
use crate::cancel::Cancel;
use crate::failure::Failure;
use crate::say;
use serde_json::json;
use stockade_core::SystemEntropy;
use stockade_crypto_at_rest::file::{Opener, recover_rewrap};

pub(crate) fn open(args: &Open, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    let sink = Sink::new(&args.target, Content::Plain)?;
    if let Some(path) = input::named(args.input.as_deref()) {
        // A rewrap that was interrupted is completed, or the file would look altered. Where it cannot be, the file may still open.
        let _ = recover_rewrap(path);
    }
    let mut source = Source::new(args.input.as_deref(), cancel)?;
    let openers = Openers::new(&args.openers, args.passphrase, ring::access(&args.ring, cancel)?, cancel)?;

    let identities = openers.identities();
    let watched = Watched::new(voice, cancel);
    let watch = |progress| watched.step(progress);
    let opener = Opener::new(identities).progress(&watch);
    let opened = match sink {
        Sink::File(path, options) => opener.open_to(&mut source, path, options, &SystemEntropy),
        Sink::Stream(mut stream) => opener.open(&mut source, &mut stream),
    };
    let names =
        failures::Names { input: input::name(args.input.as_deref()), output: output::name(&args.target) };
    let bytes = opened.map_err(|error| openers.failed(&error, &names, cancel))?;
    drop(watched);
    if output::is_free(&args.target) {
        say::done(voice, &json!({ "output": say::path(names.output), "plaintext_bytes": bytes }))?;
    }
    Ok(())
}
