//! Changes as they happen, for whoever follows them, at their own pace.

use crate::inbox::{Inbox, Letter, Outlets};
use crate::{ProviderName, Transition};
use std::sync::Arc;
use std::task::Waker;

/// One provider's step from state to state.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct HealthEvent {
    /// Whose.
    pub provider: ProviderName,
    /// From where, to where, why and when.
    #[serde(flatten)]
    pub transition: Transition,
}

/// What comes out of a [`Watch`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A change.
    Changed(HealthEvent),
    /// So many changes were lost because they were not taken in time; they lie before those that come next. Look at
    /// [`Provider::status`](crate::Provider::status) again.
    Missed(u64),
}

/// A queue of changes. It holds [`Watch::CAPACITY`]; whoever is slower loses the oldest, and is told so. Nobody waits for it.
#[derive(Debug)]
pub struct Watch {
    inbox: Arc<Inbox<HealthEvent>>,
}

/// As many watch as are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("as many as are allowed watch this provider already")]
pub struct TooManyWatchers;

/// Who follows one provider.
#[derive(Debug, Default)]
pub(crate) struct Hub(Outlets<HealthEvent>);

impl Watch {
    /// How many changes wait for a slow reader.
    pub const CAPACITY: usize = 256;
    /// How many may follow one provider.
    pub const MAX_WATCHERS: usize = 64;

    pub(crate) fn new() -> Self {
        Self { inbox: Inbox::new(Self::CAPACITY) }
    }

    /// The next change, if one is there.
    pub fn try_next(&mut self) -> Option<Notice> {
        self.inbox.take().map(Notice::from)
    }

    /// The next change; waits for it on any runtime. Cancelling loses nothing.
    pub async fn next(&mut self) -> Notice {
        self.inbox.next().await.into()
    }
}

impl From<Letter<HealthEvent>> for Notice {
    fn from(letter: Letter<HealthEvent>) -> Self {
        match letter {
            Letter::New(event) => Self::Changed(event),
            Letter::Missed(count) => Self::Missed(count),
        }
    }
}

impl Hub {
    pub(crate) fn join(&self, watch: &Watch) -> Result<(), TooManyWatchers> {
        self.0.join(&watch.inbox, Watch::MAX_WATCHERS).map_err(|_| TooManyWatchers)
    }

    pub(crate) fn send(&self, provider: &ProviderName, transitions: Vec<Transition>) -> Vec<Waker> {
        let event = |transition| HealthEvent { provider: provider.clone(), transition };
        self.0.send(&transitions.into_iter().map(event).collect::<Vec<_>>())
    }
}
