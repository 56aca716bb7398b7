//! All terms of all policies, looked for in one pass over a text.
//!
//! Three automata, which stand in one table, step over each folded byte side by side; none of them copies anything:
//!
//! 1. the *main* one knows the terms as they are, and the beginnings of what they become by rot13 and reversal;
//! 2. the *squeezed* one knows them as bare letters, digits and signs read as the letters that they resemble, everything else passed over:
//!    what it finds counts only where the text shows signs of a disguise, so that `the rapist` is no `therapist`;
//! 3. the *sentinel* knows how encodings begin (base64, hexadecimal, escapes).
//!
//! What the last one points at, and the beginnings of the first, are decoded into a small window and scanned the same way.

mod caps;
mod classes;
mod compile;
mod cursor;
mod dense;
mod feed;
mod skim;
mod squeeze;
mod term;
#[cfg(test)]
mod tests;
mod trie;
mod window;

pub(crate) use caps::{Budget, Caps, Job};
pub use compile::Lexicon;
pub(crate) use compile::{Tables, Target};
pub use cursor::Cursor;
pub(crate) use dense::EVENT;
#[cfg(test)]
pub(crate) use dense::MAX_ENTRIES;
pub(crate) use feed::{Feed, Stand};
pub use term::{Boundary, Coverage, Hit, LexiconError, Term, TermId, Via};
pub(crate) use window::Window;

/// How far back, in source bytes from its end, the start of a hit is looked for. A phrase that is stretched over more than this is
/// reported from there on, or not seen in disguise.
pub(crate) const LOOKBACK: usize = 4096;
