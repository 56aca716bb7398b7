//! From what happened to what it amounts to.

use crate::assurance::Assurance;
use crate::overwrite::{Overwrite, Shortfall};
use crate::report::{Durability, Medium};
use crate::storage::{InPlace, Reason, Storage};

/// What deleting now would amount to.
pub(super) fn judge(
    overwrite: &Overwrite,
    durability: &Durability,
    disturbed: bool,
    in_place: InPlace,
    storage: &Storage,
) -> Assurance {
    let mut reasons = Vec::new();
    match in_place {
        InPlace::Proven => {}
        InPlace::Not(of_storage) | InPlace::Unknown(of_storage) => reasons.extend(of_storage),
    }
    let shortfalls = overwrite.shortfalls();
    let sync_failed = durability.failed(Medium::Content) && !shortfalls.contains(&Shortfall::NotSynced);
    reasons.extend(shortfalls.into_iter().map(Reason::Overwrite));
    if sync_failed {
        reasons.push(Reason::SyncFailed);
    }
    if disturbed {
        reasons.push(Reason::ChangedMeanwhile);
    }
    if reasons.is_empty() {
        Assurance::OverwrittenInPlace { caveat: storage.caveat() }
    } else {
        Assurance::OverwriteIneffective { reasons }
    }
}
