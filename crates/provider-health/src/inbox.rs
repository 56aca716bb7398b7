//! A bounded queue from one to many, in which the slow lose the oldest and are told.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Poll, Waker};

/// The reader's end.
#[derive(Debug)]
pub(crate) struct Inbox<T> {
    letters: Mutex<Letters<T>>,
    capacity: usize,
}

#[derive(Debug)]
struct Letters<T> {
    queue: VecDeque<T>,
    missed: u64,
    waker: Option<Waker>,
}

/// What comes out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Letter<T> {
    New(T),
    Missed(u64),
}

/// The writer's end.
#[derive(Debug)]
pub(crate) struct Outlets<T> {
    inboxes: Mutex<Vec<Weak<Inbox<T>>>>,
}

/// As many read as may.
#[derive(Debug)]
pub(crate) struct Full;

impl<T> Inbox<T> {
    pub(crate) fn new(capacity: usize) -> Arc<Self> {
        let letters = Letters { queue: VecDeque::new(), missed: 0, waker: None };
        Arc::new(Self { letters: Mutex::new(letters), capacity })
    }

    pub(crate) fn take(&self) -> Option<Letter<T>> {
        self.lock().take()
    }

    /// Waits on any runtime; cancelling loses nothing.
    pub(crate) async fn next(&self) -> Letter<T> {
        poll_fn(|context| {
            let mut letters = self.lock();
            match letters.take() {
                Some(letter) => Poll::Ready(letter),
                None => {
                    letters.waker = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }

    fn lock(&self) -> MutexGuard<'_, Letters<T>> {
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Letters<T> {
    fn take(&mut self) -> Option<Letter<T>> {
        match std::mem::take(&mut self.missed) {
            0 => self.queue.pop_front().map(Letter::New),
            missed => Some(Letter::Missed(missed)),
        }
    }
}

impl<T: Clone> Outlets<T> {
    /// At most `most` readers; those who are gone make room.
    pub(crate) fn join(&self, inbox: &Arc<Inbox<T>>, most: usize) -> Result<(), Full> {
        let mut inboxes = self.lock();
        inboxes.retain(|inbox| inbox.strong_count() > 0);
        if inboxes.len() >= most {
            return Err(Full);
        }
        inboxes.push(Arc::downgrade(inbox));
        Ok(())
    }

    /// Delivers, and returns whom to wake once the caller holds no lock.
    pub(crate) fn send(&self, letters: &[T]) -> Vec<Waker> {
        if letters.is_empty() {
            return Vec::new();
        }
        let mut wakers = Vec::new();
        for inbox in self.lock().iter().filter_map(Weak::upgrade) {
            let mut waiting = inbox.lock();
            for letter in letters {
                if waiting.queue.len() >= inbox.capacity {
                    waiting.queue.pop_front();
                    waiting.missed = waiting.missed.saturating_add(1);
                }
                waiting.queue.push_back(letter.clone());
            }
            wakers.extend(waiting.waker.take());
        }
        wakers
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Weak<Inbox<T>>>> {
        self.inboxes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Outlets<T> {
    fn default() -> Self {
        Self { inboxes: Mutex::default() }
    }
}
