#![doc = include_str!("../README.md")]

mod action;
mod lexicon;
mod span;
mod verdict;

pub use action::Action;
pub use lexicon::{Boundary, Coverage, Hit, Lexicon, LexiconError, Term, TermId, Via};
pub use span::Span;
pub use verdict::{Finding, RuleId, Verdict};
