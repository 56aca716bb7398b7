//! Writing over the contents of one open file, and reading them back.
//!
//! Data is written where data lies; holes stay holes, and the rest of the last block is covered with it. Memory does not grow
//! with the file.

mod job;
mod progress;
mod ranges;
mod report;
mod segment;
mod target;
mod throttle;

pub(crate) use job::Job;
pub use progress::{Position, Progress, Stage, Watch};
pub use ranges::{MAX_RANGES, Ranges};
pub use report::{Overwrite, PassReport, ReadBack, Shortfall, Slack};
pub use segment::Segment;
pub(crate) use target::Target;
pub(crate) use throttle::Throttle;
