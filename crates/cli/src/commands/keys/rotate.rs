//! `keys rotate`.

use crate::args::{Rotate, Voice};
use crate::cancel::Cancel;
use crate::commands::failures;
use crate::commands::ring::Unlocked;
use crate::failure::Failure;
use crate::say;
use serde_json::json;
use stockade_core::{SystemClock, SystemEntropy};

pub(super) fn rotate(args: &Rotate, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    let mut unlocked = Unlocked::open(&args.file, &args.unlock, cancel)?;
    let retired = unlocked.ring.active().id();
    let active = unlocked
        .ring
        .rotate(&SystemEntropy, &SystemClock::new())
        .map_err(|error| failures::ring(&error).at(&args.file))?;
    unlocked.save()?;
    say::result(
        voice,
        &json!({ "keyring": say::path(&args.file), "active": active, "retired": retired }),
        || {
            format!(
                "`{}`: key {active} is active, key {retired} still opens what it sealed",
                args.file.display()
            )
        },
    )
}
