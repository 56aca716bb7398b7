//! What a handle of a service does with answers, and for how long it waits for them.

use super::answer::Inspection;
use std::time::Duration;

/// Of one handle: another one's may differ.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) deadline: Duration,
    pub(super) stall_after: Option<Duration>,
    pub(super) inspections: Vec<Inspection>,
    pub(super) members: Members,
}

/// What the members of the pool are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Members {
    /// What one has done the others know nothing of.
    Strangers,
    /// They share what they store.
    Replicas,
}

impl Settings {
    pub(super) fn new(deadline: Duration) -> Self {
        Self { deadline, stall_after: None, inspections: Vec::new(), members: Members::Strangers }
    }
}
