//! What is written over a file, and what is asked of it afterwards.

mod pattern;

pub use pattern::{Pass, Pattern, Verify};
