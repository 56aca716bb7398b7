//! How much a text looks like an injection, from 0 to 1: a small linear model over hashed n-grams.
//!
//! 1. The folded text is cut into words, and runs of a punctuation mark; see [`features`].
//! 2. Each gives a few features: itself, pairs and triples with what stands before it, pieces of it, and pairs of intents.
//! 3. Features are hashed ([FNV-1a](fnv1a)) into [`BUCKETS`] weights of one byte each, and added up over windows of
//!    [`WINDOWS`] words: the greatest window is the text's, so that an attack stands out of any amount of innocent text.
//! 4. A logistic curve makes a probability of it.
//!
//! Costs one pass over the text and a constant amount of memory beside its fold, whatever the text.
//!
//! It has read some thousand texts and understands none. What it was trained on, what it sees and what it does not is said in
//! `model/CARD.md`. A low score means "unlike the attacks that were known", never "harmless": it may raise an alarm, and must
//! not be the only thing between a stranger's text and a tool that can do harm.

mod error;
pub mod features;
mod fnv;
mod intent;
mod linear;
#[cfg(test)]
mod tests;
mod weights;
mod window;

pub use error::ModelError;
pub use features::{BUCKETS, MAX_WORD_CHARS};
pub use fnv::fnv1a;
pub use linear::InjectionModel;
pub use weights::Weights;
pub use window::{WINDOWS, Window, windows};
