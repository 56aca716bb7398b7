#![doc = include_str!("../README.md")]

mod assurance;
pub mod erase;
mod error;
#[allow(dead_code, unused_imports, reason = "its callers are being written")]
mod overwrite;
mod policy;
pub mod storage;

pub use assurance::{Assurance, Caveat, InvalidLevel, Level};
pub use error::{DeleteError, OsError, Restored, Step};
pub use overwrite::{
    MAX_RANGES, Overwrite, PassReport, Position, Progress, Ranges, ReadBack, Segment, Shortfall, Slack,
    Stage, Watch,
};
pub use policy::{InvalidPolicy, MAX_PASSES, MAX_RENAMES, Pass, Pattern, Policy, Verify};
pub use storage::{InPlace, Reason};
