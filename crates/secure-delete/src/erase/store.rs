//! What a store of object keys decides.

use super::{
    Cause, Due, Erasing, Finding, Hold, HoldName, Holding, Keeping, KeptKey, MediumCaveat, ObjectId,
    Releasing, Rewrapping, Scheduling, Wrap,
};
use std::num::NonZeroU32;
use stockade_core::{StoreError, UnixMillis};

/// The most entries of one page, whatever is asked for.
pub const MAX_PAGE: u32 = 1_000;

/// Keeps the wrapped keys of objects. Each method is one atomic decision, and durable when it returns; `laws` (feature `laws`)
/// is the suite that every store passes.
///
/// A store that may forget (a cache, a server that acknowledges before it has written) must not implement it: an erasure that
/// is forgotten brings the object back, a key that is forgotten takes it away.
#[async_trait::async_trait]
pub trait ObjectKeys: Send + Sync {
    /// What receipts call the store, such as `sqlite`.
    fn engine(&self) -> &'static str;

    /// Keeps the first key of an object. It never replaces one, and never gives a new key to an object whose key was erased.
    ///
    /// Of any number of concurrent calls for one object exactly one is [`Keeping::Kept`]. A false `Kept` loses an object that is
    /// sealed under the other key, or lets an erased object seem to live again; a false refusal makes an application take another id.
    ///
    /// # Errors
    /// The store cannot decide. Whether the key is kept is not known; ask [`find`](Self::find).
    async fn keep(&self, key: KeptKey) -> Result<Keeping, StoreError>;

    /// The key of an object, or that it is gone.
    ///
    /// It decides nothing: between this answer and what is done with it the key may be erased. After an erasure was acknowledged
    /// no call gives the key: one that did would open what somebody was told is gone. A false `Erased` or `Unknown` refuses to
    /// open an object that is there.
    ///
    /// # Errors
    /// The store cannot answer.
    async fn find(&self, object: &ObjectId) -> Result<Finding, StoreError>;

    /// Puts the wrap `new` in the place of `old`, after the wrapping key was rotated. The key itself stays.
    ///
    /// Compared and set in one go: of concurrent calls with one `old`, one is [`Rewrapping::Rewrapped`]. An erased key is never
    /// wrapped again. A false `Rewrapped` keeps an object under a wrapping key that is about to be destroyed.
    ///
    /// # Errors
    /// The store cannot decide. Either of the two wraps is there.
    async fn rewrap(&self, object: &ObjectId, old: &Wrap, new: Wrap) -> Result<Rewrapping, StoreError>;

    /// Erases the key of an object, if nothing holds it and, of a [`Cause::Expired`], its time is over at `at`; leaves a
    /// tombstone.
    ///
    /// Of any number of concurrent calls exactly one is [`Erasing::Erased`]; the others are told the same tombstone. A hold that
    /// was acknowledged refuses every later erasure, and an erasure every later hold. A false `Erased` is a promise that is not
    /// kept, to a person who relies on it; a wrong erasure under hold or before its time cannot be undone by anybody.
    ///
    /// The wrap is gone from what the store answers when this returns; what is left of it on the medium is the matter of
    /// [`scrub`](Self::scrub).
    ///
    /// # Errors
    /// The store cannot decide. Whether the key is erased is not known; asking again tells.
    async fn erase(&self, object: &ObjectId, cause: Cause, at: UnixMillis) -> Result<Erasing, StoreError>;

    /// Does what the store can do about the bytes of erased wraps on its own medium, and says what stays. Worth a call after an
    /// erasure or after a page of them, and again after [`MediumCaveat::LogNotEmptied`].
    ///
    /// # Errors
    /// The store cannot do it now. Erased keys stay erased.
    async fn scrub(&self) -> Result<MediumCaveat, StoreError>;

    /// Puts a hold on an object, beside those of other names.
    ///
    /// A false `Held` lets be erased what a court has asked to keep; a false `Erased` tells it that there is nothing.
    ///
    /// # Errors
    /// The store cannot decide. It may be held.
    async fn hold(&self, object: &ObjectId, hold: Hold) -> Result<Holding, StoreError>;

    /// Takes a hold away.
    ///
    /// Of concurrent calls with one name, one is [`Releasing::Released`]. A false `Released` keeps for ever what its owner wants gone.
    ///
    /// # Errors
    /// The store cannot decide. It may be released.
    async fn release(&self, object: &ObjectId, name: &HoldName) -> Result<Releasing, StoreError>;

    /// The holds on an object, in the order of their names; none where there is no such object.
    ///
    /// # Errors
    /// The store cannot answer.
    async fn holds(&self, object: &ObjectId) -> Result<Vec<Hold>, StoreError>;

    /// Sets when an object is to be erased by itself, or that it is not.
    ///
    /// A false `Scheduled` erases early what was meant to be kept, or keeps what the schedule says must go.
    ///
    /// # Errors
    /// The store cannot decide. Either time may be set.
    async fn schedule(
        &self,
        object: &ObjectId,
        expires_at: Option<UnixMillis>,
    ) -> Result<Scheduling, StoreError>;

    /// Objects whose time is over at `now` and that nothing holds, the longest due first, after `after`; at most `limit` and
    /// [`MAX_PAGE`].
    ///
    /// It decides nothing: [`erase`](Self::erase) with [`Cause::Expired`] does. An object that is missed stays longer than the
    /// schedule says, until the next look.
    ///
    /// # Errors
    /// The store cannot answer.
    async fn due(
        &self,
        now: UnixMillis,
        after: Option<&Due>,
        limit: NonZeroU32,
    ) -> Result<Vec<Due>, StoreError>;

    /// Live keys in the order of their objects' ids, after `after`; at most `limit` and [`MAX_PAGE`]: to wrap them all anew.
    ///
    /// # Errors
    /// The store cannot answer.
    async fn live(&self, after: Option<&ObjectId>, limit: NonZeroU32) -> Result<Vec<KeptKey>, StoreError>;
}
