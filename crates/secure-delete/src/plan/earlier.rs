//! What a run that was killed had done, as far as its journal tells, and what it leaves in doubt.

use crate::assurance::Assurance;
use crate::journal::{Active, Intent, Judged, Resumption};
use crate::overwrite::Position;
use crate::storage::{Reason, Storage};

pub(super) struct Earlier {
    pub(super) intent: Intent,
    position: Position,
    judged: Option<Judged>,
    /// It had cut the file to nothing.
    cut: bool,
    /// What came between, as far as it shows.
    doubts: Vec<Reason>,
}

impl Earlier {
    pub(super) fn of(resumption: Resumption) -> (Active, Self) {
        let position = resumption.position();
        let Resumption { journal, intent, reached } = resumption;
        (journal, Self { intent, position, judged: reached.judged, cut: false, doubts: Vec::new() })
    }

    /// How long the file is taken to be, and where its overwriting goes on; from the beginning, if somebody changed its length.
    pub(super) fn goes_on(
        &mut self,
        now: u64,
        block: u64,
        storage: Option<&Storage>,
    ) -> (u64, Option<Position>) {
        let len = self.intent.len;
        let end = len.checked_next_multiple_of(block).unwrap_or(len);
        if now == 0 && len > 0 && self.judged.is_some() {
            self.cut = true;
            return (0, None);
        }
        if now != len && now != end {
            self.doubts.push(Reason::ChangedMeanwhile);
            return (now, None);
        }
        // Where it lay before the first write is known from that run only.
        match (self.intent.extents, extents(storage)) {
            (Some(before), Some(now)) if before == now => {}
            (Some(_), Some(_)) => self.doubts.push(Reason::ExtentsMoved),
            _ => self.doubts.push(Reason::NotExamined),
        }
        (len, Some(self.position))
    }

    /// From what this run would say to what both amount to: never more.
    pub(super) fn judge(&self, judged: Assurance) -> Assurance {
        if self.cut {
            return match self.judged {
                Some(Judged::InPlace(caveat)) => Assurance::OverwrittenInPlace { caveat },
                _ => Assurance::OverwriteIneffective { reasons: vec![Reason::Interrupted] },
            };
        }
        match judged {
            judged if self.doubts.is_empty() => judged,
            Assurance::OverwrittenInPlace { .. } => {
                Assurance::OverwriteIneffective { reasons: self.doubts.clone() }
            }
            Assurance::OverwriteIneffective { mut reasons } => {
                let new = self.doubts.iter().filter(|doubt| !reasons.contains(doubt)).cloned();
                let new: Vec<_> = new.collect();
                reasons.extend(new);
                Assurance::OverwriteIneffective { reasons }
            }
            other => other,
        }
    }
}

/// The digest of where the content lies, if all of that is known.
pub(super) fn extents(storage: Option<&Storage>) -> Option<[u8; 64]> {
    let extents = storage?.extents_before().filter(|extents| extents.complete)?;
    extents.digest.as_bytes().try_into().ok()
}
