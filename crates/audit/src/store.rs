//! What a store of events decides.

use crate::{Page, Query, Sequence};
use stockade_core::{Event, StoreError};

/// An append-only log of events.
///
/// Nothing in this trait changes or removes an event, and no implementation may do so by itself. The laws of the trait are in
/// `laws` (feature `laws`); each implementation runs them.
#[async_trait::async_trait]
pub trait AuditStore: Send + Sync {
    /// Appends `events` in their order, all or none, each at the place after the last one; returns their places.
    ///
    /// On `Ok` the events are as durable as the store documents, and every later [`page`](AuditStore::page) sees them. Places
    /// are gapless whatever number of callers append at once, and the events of one call stand side by side. An event that
    /// exceeds the bounds of [`Entry`](crate::Entry) is stored cut to them.
    ///
    /// A false `Ok` loses evidence. A false error makes the caller repeat or refuse an action that was recorded: repeated
    /// events can be told by their [`EventId`](stockade_core::EventId).
    ///
    /// # Errors
    /// None of the events is stored: the store is out of reach, full, or out of places. If the connection broke between the
    /// store and its answer, it may be that all of them are.
    async fn append(&self, events: Vec<Event>) -> Result<Vec<Sequence>, StoreError>;

    /// The newest records that `query` asks for, at most its limit, newest first.
    ///
    /// Following [`Page::next`] visits every record that was there at the first page exactly once, in order, however many are
    /// appended meanwhile: new ones lie before the first page, not inside the walk.
    ///
    /// A record that matches and is missing hides what happened; one that does not match shows a reader what was not asked
    /// for, and perhaps what that reader may not see.
    ///
    /// # Errors
    /// The store is out of reach, or a stored record makes no sense: no page is better than one with a hole.
    async fn page(&self, query: &Query) -> Result<Page, StoreError>;
}

#[async_trait::async_trait]
impl<S: AuditStore + ?Sized> AuditStore for std::sync::Arc<S> {
    async fn append(&self, events: Vec<Event>) -> Result<Vec<Sequence>, StoreError> {
        (**self).append(events).await
    }

    async fn page(&self, query: &Query) -> Result<Page, StoreError> {
        (**self).page(query).await
    }
}
