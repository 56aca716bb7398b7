//! All that one role grants, inherited grants included, in the form in which it is asked.

use crate::grant::Pattern;
use crate::{Grant, Permission};
use std::collections::HashSet;
use std::sync::Arc;

#[derive(Debug, Clone, Default)]
pub(super) struct Granted {
    everything: bool,
    resources: HashSet<Arc<str>>,
    actions: HashSet<Arc<str>>,
    exactly: HashSet<Arc<str>>,
}

impl Granted {
    pub(super) fn covers(&self, permission: &Permission) -> bool {
        self.everything
            || self.exactly.contains(permission.as_str())
            || self.resources.contains(permission.resource())
            || self.actions.contains(permission.action())
    }

    pub(super) fn add(&mut self, grant: Grant) {
        match grant.0 {
            Pattern::Everything => self.everything = true,
            Pattern::Resource(resource) => _ = self.resources.insert(resource),
            Pattern::Action(action) => _ = self.actions.insert(action),
            Pattern::Exactly(text) => _ = self.exactly.insert(text),
        }
    }

    pub(super) fn inherit(&mut self, parent: &Self) {
        self.everything |= parent.everything;
        self.resources.extend(parent.resources.iter().cloned());
        self.actions.extend(parent.actions.iter().cloned());
        self.exactly.extend(parent.exactly.iter().cloned());
    }

    pub(super) fn len(&self) -> usize {
        usize::from(self.everything) + self.resources.len() + self.actions.len() + self.exactly.len()
    }
}
