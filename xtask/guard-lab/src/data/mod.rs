//! The labelled texts, and the law by which they are read.
//!
//! A row is even or odd by the first byte of its text's SHA-256. Even rows may be read, printed and trained on; odd rows are
//! only ever counted: they come as a [`Text`](row::Text), which yields its text to a judge and to nothing that prints.

mod csv;
mod row;
mod sets;
#[cfg(test)]
mod tests;

#[cfg(test)]
use row::Text;
pub(crate) use row::{Half, Row};
pub(crate) use sets::{Kind, Set, folder, load};
