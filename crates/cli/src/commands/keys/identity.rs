//! `keys identity`: what `age-keygen` does.

use crate::args::{Identity, Voice};
use crate::commands::parties;
use crate::failure::Failure;
use crate::say;
use serde_json::json;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use stockade_core::{Clock, SystemClock, SystemEntropy};
use stockade_crypto_at_rest::file::X25519Identity;
use zeroize::Zeroizing;

pub(super) fn identity(args: &Identity, voice: Voice) -> Result<(), Failure> {
    match &args.recipients_of {
        Some(path) => recipients(path, voice),
        None => generate(args.output.as_deref(), voice),
    }
}

fn recipients(path: &Path, voice: Voice) -> Result<(), Failure> {
    let identities = parties::identities(path)?;
    let recipients: Vec<_> = identities.iter().map(|identity| identity.recipient().to_string()).collect();
    say::result(voice, &json!({ "recipients": recipients }), || recipients.join("\n"))
}

fn generate(output: Option<&Path>, voice: Voice) -> Result<(), Failure> {
    if output.is_none() && voice.json {
        return Err(Failure::usage("an identity is no result to be logged: name a file by -o FILE"));
    }
    let identity = X25519Identity::generate(&SystemEntropy)
        .map_err(|error| Failure::new(crate::Exit::Failed, "entropy", error.to_string()))?;
    let recipient = identity.recipient().to_string();
    let created = say::time(SystemClock::new().now());
    let secret = identity.expose_text();
    let text =
        Zeroizing::new(format!("# created: {created}\n# public key: {recipient}\n{}\n", secret.expose()));
    match output {
        Some(path) => {
            write_new(path, text.as_bytes())?;
            say::result(voice, &json!({ "output": say::path(path), "recipient": recipient }), || {
                recipient.clone()
            })
        }
        None => {
            say::remark(voice, &format!("the recipient is {recipient}"));
            let mut stdout = io::stdout().lock();
            let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
            written.map_err(Failure::io("standard output"))
        }
    }
}

/// A file that was not there, for its owner alone.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut file = match File::options().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(Failure::refused("exists", "there is such a file").at(path));
        }
        file => file.map_err(Failure::file(path))?,
    };
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // Half a key is none.
        let _ = fs::remove_file(path);
        Failure::file(path)(error)
    })
}
