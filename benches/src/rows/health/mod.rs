//! What it costs to know which upstream is well.

mod call;
mod choice;
mod clock;
mod gateway;

pub(super) use call::{closed_path, flat, window};
pub(super) use choice::{is_available, pick};
pub(super) use gateway::adds as gateway_adds;
