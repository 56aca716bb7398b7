//! How good a deletion can become.

use super::{DeletePlan, Work};
use crate::assurance::{Caveat, Level};
use crate::storage::{InPlace, Reason};
use std::fmt;

/// The best that a plan can reach.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Prospect {
    /// The level.
    pub level: Level,
    /// Why no more.
    pub reasons: Vec<Reason>,
    /// Whether the reasons exclude more, or only leave it open: what is open now may be proven after the overwrite.
    pub certain: bool,
    /// What the device may keep all the same.
    pub caveat: Option<Caveat>,
}

impl Prospect {
    /// The highest level that is not excluded yet. More than that is not required in vain: it is refused before the first write.
    #[must_use]
    pub fn reachable(&self) -> Level {
        if self.certain { self.level } else { self.level.max(Level::OverwrittenInPlace) }
    }
}

pub(super) fn of(plan: &DeletePlan) -> Prospect {
    let reached = |level, reasons, certain| Prospect { level, reasons, certain, caveat: None };
    if matches!(plan.work, Work::UnlinkOnly { .. }) {
        return reached(Level::UnlinkedOnly, Vec::new(), true);
    }
    let Some(storage) = plan.storage() else {
        return reached(Level::OverwriteIneffective, vec![Reason::NotExamined], false);
    };
    match plan.means.ops.prospect(storage) {
        InPlace::Proven => Prospect {
            caveat: Some(storage.caveat()),
            ..reached(Level::OverwrittenInPlace, Vec::new(), true)
        },
        InPlace::Not(reasons) => reached(Level::OverwriteIneffective, reasons, true),
        InPlace::Unknown(reasons) => reached(Level::OverwriteIneffective, reasons, false),
    }
}

impl fmt::Display for Prospect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at best {}", self.level)?;
        if let Some(caveat) = self.caveat {
            write!(f, ": {caveat}")?;
        }
        for (number, reason) in self.reasons.iter().enumerate() {
            write!(f, "{} {reason}", if number == 0 { ":" } else { ";" })?;
        }
        Ok(())
    }
}
