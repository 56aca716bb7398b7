//! Personal data and secrets as detectors: one pass over a text for all rules that ask for any of them.

use crate::pii::Pii;
use crate::secrets::Secrets;
use crate::{Found, Kind, Span};
use std::sync::Arc;

/// What finds them, made when the first rule asks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Finders {
    pub(super) pii: Option<Arc<Pii>>,
    pub(super) secrets: Option<Arc<Secrets>>,
}

/// What was found in one text, of all kinds.
#[derive(Default)]
pub(crate) struct Seen {
    pii: Option<Vec<Found>>,
    secrets: Option<Vec<Found>>,
}

/// A kind, or a group of kinds.
pub(crate) struct Finder {
    selector: String,
    source: Source,
}

enum Source {
    Pii(Arc<Pii>),
    Secrets(Arc<Secrets>),
}

/// The finder of the kinds that `selector` stands for, if there are any.
pub(crate) fn finder(selector: &str, finders: &mut Finders) -> Option<Finder> {
    let any = |mut kinds: Box<dyn Iterator<Item = Kind>>| kinds.any(|kind| kind.is_selected_by(selector));
    let source = if any(Box::new(Pii::kinds())) {
        Source::Pii(Arc::clone(finders.pii.get_or_insert_with(|| Arc::new(Pii::new()))))
    } else if any(Box::new(Secrets::kinds())) {
        Source::Secrets(Arc::clone(finders.secrets.get_or_insert_with(|| Arc::new(Secrets::new()))))
    } else {
        return None;
    };
    Some(Finder { selector: selector.to_owned(), source })
}

impl Finder {
    /// Adds what is selected, in the order of the text. `seen` is of this text, or empty.
    pub(super) fn find(&self, text: &str, seen: &mut Seen, found: &mut Vec<Span>) {
        let all = match &self.source {
            Source::Pii(pii) => seen.pii.get_or_insert_with(|| sweep(|all| pii.find(text, all))),
            Source::Secrets(secrets) => {
                seen.secrets.get_or_insert_with(|| sweep(|all| secrets.find(text, all)))
            }
        };
        let from = found.len();
        for one in all.iter().filter(|one| one.kind.is_selected_by(&self.selector)) {
            // A token that two forms fit is one finding.
            if found.get(from..).and_then(<[Span]>::last) != Some(&one.span) {
                found.push(one.span);
            }
        }
    }
}

fn sweep(find: impl FnOnce(&mut Vec<Found>)) -> Vec<Found> {
    let mut all = Vec::new();
    find(&mut all);
    all.sort_unstable_by_key(|one| one.span);
    all
}
