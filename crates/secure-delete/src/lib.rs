#![doc = include_str!("../README.md")]

mod assurance;
pub mod erase;
mod error;
mod overwrite;
mod policy;
pub mod storage;

#[cfg(target_os = "linux")]
mod anchor;
#[cfg(target_os = "linux")]
mod journal;
#[cfg(target_os = "linux")]
mod namespace;
#[cfg(target_os = "linux")]
mod ops;
#[cfg(target_os = "linux")]
mod plan;
#[cfg(target_os = "linux")]
mod report;
#[cfg(target_os = "linux")]
mod shredder;
#[cfg(target_os = "linux")]
mod tree;

pub use assurance::{Assurance, Caveat, InvalidLevel, Level};
pub use error::{DeleteError, OsError, Restored, Step};
#[cfg(target_os = "linux")]
pub use journal::{JOURNAL_LEN, JournalError, JournalRecord, Resumed};
pub use overwrite::{
    MAX_RANGES, Overwrite, PassReport, Position, Progress, Ranges, ReadBack, Segment, Shortfall, Slack,
    Stage, Watch,
};
#[cfg(target_os = "linux")]
pub use plan::{DeletePlan, Prospect};
pub use policy::{InvalidPolicy, MAX_PASSES, MAX_RENAMES, Pass, Pattern, Policy, Verify};
#[cfg(target_os = "linux")]
pub use report::{
    AuditRecord, DeleteReport, Durability, FileKind, Identity, Medium, ModeChange, Name, Namespace,
    SyncFailure,
};
#[cfg(target_os = "linux")]
pub use shredder::Shredder;
pub use storage::{InPlace, Reason};
#[cfg(target_os = "linux")]
pub use tree::{
    FolderReport, MAX_DEPTH, MAX_FAILURES, MAX_THREADS, Totals, TreeAudit, TreeEvent, TreeFailure,
    TreeFailures, TreePlan, TreeReport, TreeSurvey, TreeWatch,
};
