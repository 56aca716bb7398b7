//! What a store of one-time tokens decides.

use super::{OneTimeDigest, OneTimeRecord, Purpose};
use std::num::NonZeroU32;
use stockade_core::{StoreError, SubjectId, UnixMillis};

/// Keeps one-time tokens by their digests. Each method is one atomic decision; `laws` (feature `laws`) is the suite that every
/// store passes.
///
/// A digest counts only together with its purpose: of another purpose, it is as if it did not exist.
#[async_trait::async_trait]
pub trait OneTimeTokenStore: Send + Sync {
    /// Keeps a new token, and forgets those of the same subject and purpose that are expired at its `issued_at` or have to make
    /// room for it (see [`surplus_tokens`](super::surplus_tokens)).
    ///
    /// However many are issued at once, no more than `max_live` are live afterwards, and the one issued last is among them.
    /// Keeping one too many lets an old mail work longer; forgetting one too many makes somebody ask again.
    ///
    /// # Errors
    /// The store cannot decide, or has the digest already ([`Conflict`](stockade_core::StoreErrorKind::Conflict)); nothing was
    /// changed.
    async fn issue(&self, record: OneTimeRecord, max_live: NonZeroU32) -> Result<(), StoreError>;

    /// The token, if it is live at `now` and allows an attempt. Nothing is spent.
    ///
    /// It decides nothing: between this answer and [`take`](Self::take) somebody else may take it.
    ///
    /// # Errors
    /// The store cannot answer.
    async fn find(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Option<OneTimeRecord>, StoreError>;

    /// Counts one attempt, by [`OneTimeRecord::attempt`]. A token that is found expired is forgotten.
    ///
    /// Of any number of concurrent calls exactly as many are [`Attempted::Counted`] as the token allows, each with another
    /// number left. A false `Counted` gives an attacker a guess more; a false `Gone` makes somebody begin anew.
    ///
    /// # Errors
    /// The store cannot decide. Whether the attempt was counted is not known; the caller must refuse it.
    async fn attempt(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Attempted, StoreError>;

    /// Takes the token out of the store, if it is live at `now`. Whether it allows another attempt plays no part: who has made
    /// the last one and was right takes it.
    ///
    /// A token that is found expired is forgotten. Of any number of concurrent calls exactly one is given the token. A second
    /// answer lets a stolen mail be used after its owner did; a false `None` makes somebody ask again.
    ///
    /// # Errors
    /// The store cannot decide. The token may be gone; the caller must refuse it.
    async fn take(
        &self,
        digest: OneTimeDigest,
        purpose: Purpose,
        now: UnixMillis,
    ) -> Result<Option<OneTimeRecord>, StoreError>;

    /// Forgets all tokens of `subject`, of one purpose or of all, and gives their number: after a change of password, no mail
    /// under way resets it once more.
    ///
    /// One that is taken concurrently is either taken or voided, never both. One left over can undo what its owner just did.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn void(&self, subject: &SubjectId, purpose: Option<Purpose>) -> Result<u64, StoreError>;

    /// Forgets tokens that expired before `before`, and gives their number.
    ///
    /// # Errors
    /// The store cannot do it now.
    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError>;
}

/// What came of [`OneTimeTokenStore::attempt`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an unread count limits nothing"]
pub enum Attempted {
    /// It is counted and may be made.
    Counted {
        /// The token, after counting.
        record: OneTimeRecord,
        /// How many more it allows.
        left: u32,
    },
    /// There is no such token, no longer, or it allows no attempt.
    Gone,
}
