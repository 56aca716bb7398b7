//! What the extents say, at each look and between the two.

use super::Stage;
use crate::storage::extents::Likeness;
use crate::storage::{Extents, Reason, Storage};

pub(super) fn judge(storage: &Storage, stage: Stage, reasons: &mut Vec<Reason>) {
    let looks = match (stage, &storage.after) {
        (Stage::Planned, _) => [Some(&storage.before), None],
        (Stage::Done, after) => [Some(&storage.before), after.as_ref()],
    };
    let looks: Vec<_> = looks.into_iter().flatten().collect();
    let read: Vec<_> = looks.iter().filter_map(|look| look.as_ref().ok()).collect();
    if let Some(error) = looks.iter().find_map(|look| look.as_ref().err()) {
        reasons.push(Reason::ExtentsUnknown { error: error.clone() });
    }
    each(&read, reasons);
    match (stage, &storage.before, &storage.after) {
        (Stage::Planned, ..) | (_, Err(_), _) | (_, _, Some(Err(_))) => {}
        (Stage::Done, Ok(_), None) => reasons.push(Reason::NotComparedYet),
        (Stage::Done, Ok(before), Some(Ok(after))) => {
            if after.unwritten_bytes > 0 {
                reasons.push(Reason::Unwritten { bytes: after.unwritten_bytes });
            }
            reasons.extend(match before.lies_like(after) {
                Likeness::Same => None,
                Likeness::Moved => Some(Reason::ExtentsMoved),
                // Said by `each`.
                Likeness::Unknown => None,
            });
        }
    }
}

/// What one look is enough for. What either look shows counts: blocks may have been shared before or only since.
fn each(looks: &[&Extents], reasons: &mut Vec<Reason>) {
    let most = |count: fn(&Extents) -> u64| looks.iter().map(|look| count(look)).max().unwrap_or(0);
    let bytes = most(|look| look.shared_bytes);
    if bytes > 0 {
        reasons.push(Reason::SharedExtents { bytes });
    }
    if most(|look| look.inline) > 0 {
        reasons.push(Reason::Inline);
    }
    if most(|look| look.encoded) > 0 && !reasons.contains(&Reason::Encoded) {
        reasons.push(Reason::Encoded);
    }
    let pieces = most(|look| look.unplaced);
    if pieces > 0 {
        reasons.push(Reason::PlaceUnknown { pieces });
    }
    let pieces = most(|look| look.unaligned);
    if pieces > 0 {
        reasons.push(Reason::SharedBlock { pieces });
    }
    if looks.iter().any(|look| !look.complete) {
        reasons.push(Reason::TooManyExtents);
    }
}
