//! A folder with all that is in it.
//!
//! The walk goes by descriptor, depth first: each folder is opened beneath the one above, no link is followed and no mount crossed
//! (unless the policy allows it), and a folder is removed only when it is empty and its name still leads to the one that was
//! walked. Each file is decided on for itself, as [`DeletePlan`](crate::DeletePlan) does; what fails is listed, and the walk goes on.

mod batch;
mod plan;
mod report;
mod survey;
#[cfg(test)]
mod tests;
mod walk;

pub use plan::{MAX_THREADS, TreeEvent, TreePlan, TreeWatch};
pub use report::{FolderReport, MAX_FAILURES, Totals, TreeAudit, TreeFailure, TreeFailures, TreeReport};
pub use survey::TreeSurvey;
pub use walk::MAX_DEPTH;
