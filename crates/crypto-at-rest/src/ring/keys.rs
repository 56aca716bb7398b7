//! The keys that a running service shares.

use super::{KeyRing, Rollback, succession};
use arc_swap::{ArcSwap, Guard};
use std::fmt;
use std::sync::Arc;

/// A handle on the ring in use. Cloning it is cheap and gives a handle on the same ring.
///
/// Readers never wait: each sees the ring before or after a [`replace`](Self::replace), whole.
#[derive(Clone)]
pub struct Keys(Arc<ArcSwap<KeyRing>>);

impl Keys {
    /// A handle on `ring`.
    #[must_use]
    pub fn new(ring: KeyRing) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(ring)))
    }

    /// The ring in use now. It stays as it is however the keys change: take it anew for each request.
    #[must_use]
    pub fn current(&self) -> Arc<KeyRing> {
        self.0.load_full()
    }

    /// The ring in use now, for as long as one operation lasts.
    pub(crate) fn load(&self) -> Guard<Arc<KeyRing>> {
        self.0.load()
    }

    /// Puts `ring` in the place of the one in use, for every handle at once.
    ///
    /// # Errors
    /// `ring` is no later state of the one in use, which stays.
    pub fn replace(&self, ring: KeyRing) -> Result<(), Rollback> {
        let ring = Arc::new(ring);
        let mut current = self.0.load();
        loop {
            succession::check(&current, &ring)?;
            let before = self.0.compare_and_swap(&*current, Arc::clone(&ring));
            if Arc::ptr_eq(&before, &current) {
                return Ok(());
            }
            current = before;
        }
    }

    /// Puts `ring` in the place of the one in use, whatever it is: also an older one, whose destroyed keys live again, or
    /// another, which opens nothing that was sealed. For a restore that an operator has decided on.
    pub fn danger_replace_even_by_an_older_ring(&self, ring: KeyRing) {
        self.0.store(Arc::new(ring));
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keys").field(&*self.0.load()).finish()
    }
}
