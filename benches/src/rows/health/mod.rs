//! What it costs to know which upstream is well.

mod call;
mod choice;
mod clock;

pub(super) use call::{closed_path, flat, window};
pub(super) use choice::{is_available, pick};
