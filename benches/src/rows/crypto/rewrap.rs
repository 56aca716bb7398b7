//! Other recipients for a file.

use crate::Failure;
use crate::measure::{Time, in_turn};
use crate::row::{Row, Unit};
use crate::rows::Plan;
use std::fs::File;
use std::path::Path;
use stockade_core::SystemEntropy;
use stockade_crypto_at_rest::file::{
    Durability, Identity, Opener, Recipient, RewrapOptions, Rewrapped, X25519Identity, rewrap,
};

const LONG: u64 = 10 << 30;
const SHORT: u64 = 1 << 20;

pub(in crate::rows) fn header(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let files = plan.files()?;
    let (long, short) = (files.sealed_zeros(LONG)?, files.sealed_zeros(SHORT)?);
    let durability = if id.ends_with(".unsynced") { Durability::Unsynced } else { Durability::Synced };
    let options = RewrapOptions::default().durability(durability);
    let owner = files.identity();
    let runs = plan.runs(31);
    let medians = in_turn(runs, || millis(&long, owner, options), || millis(&short, owner, options))?;
    Ok(Row::new(id, medians, "the same of 1 MiB", Unit::Millis, runs))
}

/// Adds somebody new, in place. The file must then open for them, its last chunk included, and be as long as before.
fn millis(path: &Path, owner: &X25519Identity, options: RewrapOptions) -> Result<f64, Failure> {
    let guest = X25519Identity::generate(&SystemEntropy)?;
    let (for_owner, for_guest) = (owner.recipient(), guest.recipient());
    let identities: [&dyn Identity; 1] = [owner];
    let recipients: [&dyn Recipient; 2] = [&for_owner, &for_guest];
    let before = std::fs::metadata(path)?.len();
    let seconds =
        Time::Wall.of(|| match rewrap(path, &identities, &recipients, options, &SystemEntropy)? {
            Rewrapped::InPlace => Ok(()),
            other => Err(format!("the header was not rewrapped in place: {other:?}").into()),
        })?;
    Opener::new(vec![&guest]).range(File::open(path)?)?;
    if std::fs::metadata(path)?.len() != before {
        return Err("rewrapping changed the length of the file".into());
    }
    Ok(seconds * 1e3)
}
