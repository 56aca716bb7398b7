//! What stands around a hit and takes its meaning away.
//!
//! | name | a hit does not count |
//! |---|---|
//! | `negation` | in "no chest pain", "denies fever, chills or chest pain" |
//! | `education` | in "what is the history of …", "for an essay about …" |
//! | `quotation` | inside quote marks after "he said", "the word", "titled" |
//! | `past` | in "years ago", "when I was", "used to" |
//! | `fiction` | in "in a novel", "my character", "screenplay" |
//! | `third-person` | in "my neighbour", "a friend of mine" |
//!
//! A context reaches some folded bytes, and never over the end of a sentence. A hit that was disguised or encoded is excused by none
//! of them: nobody hides an innocent word.

mod builtin;

use crate::Term;
use crate::policy::{Comma, ContextFile, context_terms};
pub(crate) use builtin::builtin;

/// A context as it is compiled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spec {
    pub(crate) before: Vec<Term>,
    pub(crate) after: Vec<Term>,
    /// What ends it, or shows that what opened it does not mean what it seems to.
    pub(crate) stop: Vec<Term>,
    pub(crate) reach: u32,
    pub(crate) ends_at_comma: bool,
    pub(crate) quoted: bool,
}

/// How far a context of a policy reaches where its author says nothing.
const DEFAULT_REACH: u32 = 40;

/// Everything that a policy means by the name of a context: what is built in, and what it adds.
pub(crate) fn specs(name: &str, own: Option<&ContextFile>) -> Vec<Spec> {
    let mut specs: Vec<Spec> = builtin(name).unwrap_or_default().iter().map(builtin::Builtin::spec).collect();
    let Some(own) = own else { return specs };
    if specs.is_empty() {
        specs.push(Spec {
            before: Vec::new(),
            after: Vec::new(),
            stop: Vec::new(),
            reach: DEFAULT_REACH,
            ends_at_comma: own.comma == Some(Comma::Ends),
            quoted: own.quoted,
        });
    }
    for (place, spec) in specs.iter_mut().enumerate() {
        if place == 0 {
            spec.before.extend(context_terms(&own.before));
            spec.after.extend(context_terms(&own.after));
        }
        spec.stop.extend(context_terms(&own.stop));
        spec.reach = own.reach.unwrap_or(spec.reach);
        spec.ends_at_comma = own.comma.map_or(spec.ends_at_comma, |comma| comma == Comma::Ends);
        spec.quoted |= own.quoted;
    }
    specs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_context_reads() {
        for name in ["negation", "education", "quotation", "past", "fiction", "third-person"] {
            for spec in specs(name, None) {
                assert!(spec.before.len() > 2, "{name}: a term of it is not well formed");
                assert!(spec.before.len() + spec.after.len() + spec.stop.len() > 6, "{name}");
            }
        }
        assert!(specs("mood", None).is_empty());
    }
}
