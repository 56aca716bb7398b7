//! Where the guard of the moment comes from.

use crate::{Guard, Guards};
use std::fmt;
use std::sync::Arc;

/// One guard, or the current one of files that are watched. A request keeps the guard that it began with.
#[derive(Clone)]
pub enum GuardSource {
    /// Always this one.
    Fixed(Guard),
    /// The current one.
    Watched(Arc<Guards>),
}

impl GuardSource {
    /// The guard of this moment.
    #[must_use]
    pub fn current(&self) -> Guard {
        match self {
            Self::Fixed(guard) => guard.clone(),
            Self::Watched(guards) => guards.current(),
        }
    }
}

impl From<Guard> for GuardSource {
    fn from(guard: Guard) -> Self {
        Self::Fixed(guard)
    }
}

impl From<Arc<Guards>> for GuardSource {
    fn from(guards: Arc<Guards>) -> Self {
        Self::Watched(guards)
    }
}

impl fmt::Debug for GuardSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.current().fmt(f)
    }
}
