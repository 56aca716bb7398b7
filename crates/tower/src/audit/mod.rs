//! What was asked for and how it ended: one event for every request.

mod guard;
mod layer;
mod record;
mod sink;
#[cfg(test)]
mod tests;

pub use layer::{AuditLayer, OnAuditFull};
pub use record::OpenRecord;
pub use sink::{AuditPlace, AuditSink};
