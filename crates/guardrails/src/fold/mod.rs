//! The copy of a text that is matched, and the way back from it.
//!
//! What one character becomes depends on nothing around it, except that a run of spaces is one space:
//!
//! 1. ASCII: letters in lower case; white space, controls, `-` and `_` are a space; the apostrophe is nothing.
//! 2. Nothing at all: zero-width and bidirectional characters, variation selectors, the soft hyphen (`Default_Ignorable_Code_Point`
//!    of UAX #44), combining marks. Tag characters are the ASCII that they shadow.
//! 3. The rest: compatibility decomposition (UAX #15), case folded, then the look-alikes of UTS #39 whose prototype is Latin
//!    letters, and a small list of ours. What is none of these stays itself.
//!
//! A sentence in Cyrillic or Greek keeps the letters that no Latin one resembles, and so stays a sentence that is not English.

mod ascii;
mod extras;
mod map;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use ascii::{DROP, FOLD_ASCII};
pub use map::{Folded, fold};
pub(crate) use table::{Bytes, Fold, Table, kind};
