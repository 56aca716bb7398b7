//! A guard: the policies, compiled, and what it says of a text.

mod answer;
mod ask;
mod builder;
pub(crate) mod check;
mod crisis_lines;
pub(crate) mod detect;
mod emergency_numbers;
pub(crate) mod personal;
mod redact;
mod reload;
mod scorer;
#[cfg(test)]
mod tests;

pub use ask::{Ask, Direction};
pub use builder::{GuardBuilder, GuardError, MAX_INPUT};
pub use crisis_lines::crisis_line;
pub use emergency_numbers::emergency_number;
pub use redact::MAX_PREVIEW;
pub use reload::{Guards, Reload, ReloadError};
pub use scorer::Scorer;

use crate::Policy;
use crate::rule::Book;
use detect::Detect;
use std::fmt;
use std::sync::Arc;

/// Policies, ready to judge texts. `Clone` gives another handle to the same guard; it never changes, and is shared by threads freely.
///
/// ```
/// use stockade_guardrails::{Action, Ask, Guard, Policy};
/// let policy = Policy::parse(r#"
///     name = "house"
///     version = 1
///     description = "what our assistant does not talk about"
///     direction = "both"
///     on_failure = "closed"
///     [terms]
///     rival = ["acme {corp,inc}"]
///     [[rule]]
///     id = "rivals"
///     reason = "names-a-rival"
///     action = "block"
///     all = ["rival"]
/// "#)?;
/// let guard = Guard::builder().policy(policy).build()?;
/// assert_eq!(guard.check("is Acme Corp any good?", &Ask::input()).action, Action::Block);
/// assert_eq!(guard.check("is acme a word?", &Ask::input()).action, Action::Allow);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Guard {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) policies: Vec<Policy>,
    pub(crate) book: Book,
    pub(crate) detectors: Vec<Arc<dyn Detect>>,
    pub(crate) scorer: Option<Arc<dyn Scorer>>,
    pub(crate) max_input: usize,
}

impl Guard {
    /// Every term of its policies.
    #[cfg(test)]
    pub(crate) fn lexicon(&self) -> &crate::Lexicon {
        self.inner.book.lexicon.as_ref().expect("the policies have terms")
    }

    /// Starts one without policies.
    #[must_use]
    pub fn builder() -> GuardBuilder {
        GuardBuilder::new()
    }

    /// Its policies, in the order in which they were given.
    #[must_use]
    pub fn policies(&self) -> &[Policy] {
        &self.inner.policies
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.inner.policies.iter().map(|policy| (policy.name(), policy.version()));
        f.debug_struct("Guard").field("policies", &names.collect::<Vec<_>>()).finish_non_exhaustive()
    }
}
