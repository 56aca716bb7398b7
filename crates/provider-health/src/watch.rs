//! Changes as they happen, for whoever follows them, at their own pace.

use crate::{ProviderName, Transition};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Poll, Waker};

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
    inbox: Arc<Inbox>,
}

/// As many watch as are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("as many as are allowed watch this provider already")]
pub struct TooManyWatchers;

#[derive(Debug, Default)]
struct Inbox {
    letters: Mutex<Letters>,
}

#[derive(Debug, Default)]
struct Letters {
    queue: VecDeque<HealthEvent>,
    missed: u64,
    waker: Option<Waker>,
}

/// Who follows one provider.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    inboxes: Mutex<Vec<Weak<Inbox>>>,
}

impl Watch {
    /// How many changes wait for a slow reader.
    pub const CAPACITY: usize = 256;
    /// How many may follow one provider.
    pub const MAX_WATCHERS: usize = 64;

    pub(crate) fn new() -> Self {
        Self { inbox: Arc::default() }
    }

    /// The next change, if one is there.
    pub fn try_next(&mut self) -> Option<Notice> {
        self.inbox.lock().take()
    }

    /// The next change; waits for it on any runtime. Cancelling loses nothing.
    pub async fn next(&mut self) -> Notice {
        poll_fn(|context| {
            let mut letters = self.inbox.lock();
            match letters.take() {
                Some(notice) => Poll::Ready(notice),
                None => {
                    letters.waker = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

impl Letters {
    fn take(&mut self) -> Option<Notice> {
        match std::mem::take(&mut self.missed) {
            0 => self.queue.pop_front().map(Notice::Changed),
            missed => Some(Notice::Missed(missed)),
        }
    }
}

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Letters> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hub {
    pub(crate) fn join(&self, watch: &Watch) -> Result<(), TooManyWatchers> {
        let mut inboxes = self.lock();
        inboxes.retain(|inbox| inbox.strong_count() > 0);
        if inboxes.len() >= Watch::MAX_WATCHERS {
            return Err(TooManyWatchers);
        }
        inboxes.push(Arc::downgrade(&watch.inbox));
        Ok(())
    }

    /// Delivers, and returns whom to wake once the caller holds no lock.
    pub(crate) fn send(&self, provider: &ProviderName, transitions: Vec<Transition>) -> Vec<Waker> {
        if transitions.is_empty() {
            return Vec::new();
        }
        let inboxes = self.lock();
        let mut wakers = Vec::new();
        for inbox in inboxes.iter().filter_map(Weak::upgrade) {
            let mut letters = inbox.lock();
            for transition in &transitions {
                if letters.queue.len() == Watch::CAPACITY {
                    letters.queue.pop_front();
                    letters.missed = letters.missed.saturating_add(1);
                }
                letters.queue.push_back(HealthEvent { provider: provider.clone(), transition: *transition });
            }
            wakers.extend(letters.waker.take());
        }
        wakers
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Weak<Inbox>>> {
        self.inboxes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
