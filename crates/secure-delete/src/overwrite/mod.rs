//! Writing over the contents of one open file, and reading them back.
//!
//! Data is written where data lies; holes stay holes, and the rest of the last block is covered with it. Memory does not grow
//! with the file.

mod buffer;
mod direct;
mod feed;
mod job;
mod progress;
mod ranges;
mod report;
mod run;
mod segment;
mod stream;
mod tally;
mod target;
#[cfg(test)]
mod tests;
mod throttle;
mod transfer;
mod work;

pub(crate) use job::Job;
pub use progress::{Position, Progress, Stage, Watch};
pub use ranges::{MAX_RANGES, Ranges};
pub use report::{Overwrite, PassReport, ReadBack, Shortfall, Slack};
pub(crate) use run::{Run, Step, overwrite};
pub use segment::Segment;
pub(crate) use target::Target;
pub(crate) use throttle::Throttle;
