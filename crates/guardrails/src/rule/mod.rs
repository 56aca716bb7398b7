//! Rules, compiled, and what becomes of them as the hits of a text come in.
//!
//! A [`Book`] holds the rules of all policies of a guard over one lexicon. An [`Evaluation`] is fed the hits of one text in the order
//! of their ends and asked at the end what fired; it looks at no more of the text than what stands around a hit, so that a stream and
//! a whole text are judged by the same code. What it costs is linear in the number of hits.

mod book;
mod build;
mod claims;
mod evaluation;
mod fill;
mod hold;
mod measure;
mod state;
mod surroundings;
#[cfg(test)]
mod tests;
mod view;

pub(crate) use book::{Book, Rule};
pub(crate) use build::{BookBuilder, TooMuch};
pub(crate) use evaluation::Evaluation;
pub(crate) use state::Fired;
pub(crate) use view::View;
