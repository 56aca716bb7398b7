#![doc = include_str!("../README.md")]

#[expect(dead_code, unused_imports, reason = "its callers are being written")]
mod overwrite;
mod policy;

pub use overwrite::{
    MAX_RANGES, Overwrite, PassReport, Position, Progress, Ranges, ReadBack, Segment, Shortfall, Slack,
    Stage, Watch,
};
pub use policy::{Pass, Pattern, Verify};
