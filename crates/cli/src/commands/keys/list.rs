//! `keys list`.

use crate::args::{List, Voice};
use crate::cancel::Cancel;
use crate::commands::failures;
use crate::commands::ring::Unlocked;
use crate::failure::Failure;
use crate::say;
use serde::Serialize;
use stockade_crypto_at_rest::ring::{KeyId, KeyInfo, KeyRingFile, KeyState};

/// The list as programs read it.
#[derive(Debug, Serialize)]
struct Listing {
    keyring: String,
    /// Whether its owner's secret vouches for it.
    verified: bool,
    unlocked_by: String,
    generation: u64,
    keys: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    id: KeyId,
    state: KeyState,
    created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    retired: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destroyed: Option<String>,
}

pub(super) fn list(args: &List, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    let sealed =
        KeyRingFile::at(&args.file).read().map_err(|error| failures::ring_file(&error).at(&args.file))?;
    let keys: Vec<Line> = if args.verify {
        Unlocked::open(&args.file, &args.unlock, cancel)?.ring.keys().map(Line::of).collect()
    } else {
        sealed.keys().map(Line::of).collect()
    };
    let listing = Listing {
        keyring: say::path(&args.file),
        verified: args.verify,
        unlocked_by: sealed.lock(),
        generation: sealed.generation(),
        keys,
    };
    say::result(voice, &listing, || listing.words())
}

impl Listing {
    fn words(&self) -> String {
        let mut text =
            format!("{:>6}  {:<12}  {:<20}  {:<20}  {}", "key", "state", "created", "retired", "destroyed");
        for key in &self.keys {
            let time = |time: &Option<String>| time.as_deref().unwrap_or_default().to_owned();
            let (retired, destroyed) = (time(&key.retired), time(&key.destroyed));
            let line = format!(
                "\n{:>6}  {:<12}  {:<20}  {retired:<20}  {destroyed}",
                key.id,
                key.state.as_str(),
                key.created
            );
            text.push_str(line.trim_end_matches(' '));
        }
        if !self.verified {
            text.push_str(
                "\nnot verified: whoever may write the file may have written this; --verify unlocks it",
            );
        }
        text
    }
}

impl Line {
    fn of(key: KeyInfo) -> Self {
        Self {
            id: key.id,
            state: key.state,
            created: say::time(key.created),
            retired: key.retired.map(say::time),
            destroyed: key.destroyed.map(say::time),
        }
    }
}
