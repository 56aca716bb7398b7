//! How long a stream has to wait for a rule.

use super::Rule;
use super::book::{Book, What};
use crate::{Action, TermId};

/// What voids a rule may be so long, in folded bytes.
pub(super) const LONGEST_VOID: u32 = 512;

impl Book {
    /// How many terms it knows.
    pub(crate) fn terms(&self) -> usize {
        self.terms.len()
    }

    /// How far, in folded bytes after its end, a hit of `term` may still become part of what a rule finds that is active and takes text out or
    /// keeps it back; `None` if of nothing. A rule that looks over the whole text and takes nothing out is not waited for: nobody could.
    pub(crate) fn hold(&self, term: TermId, active: impl Fn(&Rule) -> bool) -> Option<u32> {
        let info = self.terms.get(usize::try_from(term.0).ok()?)?;
        let uses = self.uses.get(info.first..info.end)?.iter();
        let rules = uses.filter_map(|one| match one.what {
            What::Item { rule, .. } => self.rules.get(rule),
            _ => None,
        });
        let held =
            rules.filter(|rule| rule.action >= Action::Redact || rule.excuses()).filter(|rule| active(rule));
        let reach = held.map(|rule| {
            let must_wait = rule.action == Action::Redact || rule.excuses() || rule.voidable;
            match rule.within {
                _ if rule.items == 1 && !rule.voidable => 0,
                Some(within) if rule.voidable => within.saturating_add(LONGEST_VOID),
                Some(within) => within,
                None if must_wait => u32::MAX,
                None => 0,
            }
        });
        let reach = reach.max()?;
        Some(reach.saturating_add(self.horizon))
    }
}
