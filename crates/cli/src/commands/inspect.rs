//! `inspect`.

use super::failures;
use super::input::{self, Source};
use crate::args::{Inspect, Voice};
use crate::cancel::Cancel;
use crate::failure::Failure;
use crate::say;
use std::io::BufReader;
use stockade_crypto_at_rest::file::{self, FileError, Input, Inspection, StanzaInfo};

pub(crate) fn inspect(args: &Inspect, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    let mut source = Source::new(args.input.as_deref(), cancel)?;
    let name = input::name(args.input.as_deref());
    let names = failures::Names { input: name, output: name };
    let inspection = source
        .remaining()
        .map_err(FileError::Read)
        .and_then(|size| file::inspect(BufReader::new(Input::from(&mut source)), size))
        .map_err(|error| failures::file(&error, &names, cancel))?;
    say::result(voice, &inspection, || words(&inspection))
}

fn words(inspection: &Inspection) -> String {
    let mut lines: Vec<String> = inspection.stanzas.iter().filter_map(stanza).collect();
    let room = match inspection.header_room {
        0 => String::new(),
        room => format!(", {room} of them room"),
    };
    let armor = if inspection.armored { ", armored" } else { "" };
    lines.push(format!("header: {} bytes{room}{armor}", inspection.header_len));
    lines.push(match inspection.plaintext_len {
        Some(len) => format!("payload: {} bytes, {len} of plaintext", inspection.payload_len),
        None => format!(
            "payload: {} bytes, which no whole file has: truncated or altered",
            inspection.payload_len
        ),
    });
    lines.push("not verified: this is what the file says of itself".into());
    lines.join("\n")
}

fn stanza(stanza: &StanzaInfo) -> Option<String> {
    Some(match stanza {
        StanzaInfo::X25519 => "sealed for: an X25519 recipient".into(),
        StanzaInfo::Scrypt { log_n } => format!("sealed for: a passphrase, scrypt 2^{log_n}"),
        StanzaInfo::Ring { key } => format!("sealed for: key {key} of a key ring"),
        StanzaInfo::Passphrase { kdf } => format!("sealed for: a passphrase, {kdf}"),
        StanzaInfo::Padding => return None,
        // Visible ASCII, by the grammar of the format.
        StanzaInfo::Other { kind } => format!("sealed for: a recipient of type `{kind}`"),
        _ => "sealed for: a recipient of another type".into(),
    })
}
