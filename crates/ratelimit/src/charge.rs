//! What one action costs.

use crate::{Key, Quota};
use std::num::NonZeroU32;

/// One key to be charged so many units under a quota.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Charge {
    /// What is counted.
    pub key: Key,
    /// How much it may have in how long. A key should be charged under one quota at a time; where a new configuration changes
    /// the quota, the debt that stands is kept.
    pub quota: Quota,
    /// How many units the action costs.
    pub cost: NonZeroU32,
}

impl Charge {
    /// One unit.
    #[must_use]
    pub fn one(key: Key, quota: Quota) -> Self {
        Self { key, quota, cost: NonZeroU32::MIN }
    }

    /// As many units as the action is dear: bytes uploaded, rows exported, tokens asked of a model.
    #[must_use]
    pub fn costing(mut self, cost: NonZeroU32) -> Self {
        self.cost = cost;
        self
    }
}
