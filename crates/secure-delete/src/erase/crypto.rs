//! Keys that can be erased, over a store and a wrap.

use super::{
    Cause, Ciphertext, CiphertextFate, Due, EraseError, Erasing, ErasureReceipt, Finding, Hold, HoldName,
    Holding, Keeping, KeptKey, KeyWrap, MediumCaveat, ObjectId, ObjectKey, ObjectKeys, Releasing, Rewrapping,
    Scheduling, Tombstone, Turn,
};
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use stockade_core::{Clock, Entropy, Problem, ProblemKind, StoreError, UnixMillis};

/// Gives objects keys of their own, and erases them. `Clone` gives another handle.
///
/// See the [module](super) for an example and for what is assured.
#[derive(Clone)]
pub struct CryptoErasure {
    store: Arc<dyn ObjectKeys>,
    wrap: Arc<dyn KeyWrap>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// What came of asking for an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an unread refusal erases nothing"]
pub enum Erasure {
    /// The key is gone, now or since before.
    Done(ErasureReceipt),
    /// A legal hold stands against it. Nothing was touched.
    Held {
        /// By the names of the holds.
        by: Vec<HoldName>,
    },
    /// Its time is not over. Nothing was touched.
    NotDue {
        /// When it will be; `None` for never.
        until: Option<UnixMillis>,
    },
    /// The key store knows no such object. Nothing was touched, the ciphertext included.
    Unknown,
}

impl Erasure {
    /// The receipt, or what to tell the world.
    ///
    /// # Errors
    /// It was refused: `held`, `not_due` or `not_found`.
    pub fn into_result(self) -> Result<ErasureReceipt, Problem> {
        match self {
            Self::Done(receipt) => Ok(receipt),
            Self::Held { .. } => Err(Problem::new(
                ProblemKind::Conflict,
                "held",
                "this is under a legal hold and cannot be deleted",
            )),
            Self::NotDue { .. } => {
                Err(Problem::new(ProblemKind::Conflict, "not_due", "this has to be kept for longer"))
            }
            Self::Unknown => Err(Problem::not_found()),
        }
    }
}

/// What came of holding a receipt against the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Standing {
    /// The store has a tombstone of the receipt's key: of that erasure, or of another after the store was put back.
    Stands,
    /// The store has a live key, or the tombstone of another key: it was put back to an earlier state, such as from a
    /// backup. Erase again.
    Undone,
    /// The store knows no such object.
    Unknown,
}

/// What came of one page of [`CryptoErasure::expire`].
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct ExpiredPage {
    /// What was erased.
    pub receipts: Vec<ErasureReceipt>,
    /// What was listed as due and then refused: held or prolonged meanwhile.
    pub spared: Vec<ObjectId>,
    /// What could not be decided. It is due still.
    pub failed: Vec<(ObjectId, EraseError)>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<Due>,
}

impl CryptoErasure {
    /// Keys in `store`, each under `wrap`.
    #[must_use]
    pub fn new(
        store: Arc<dyn ObjectKeys>,
        wrap: Arc<dyn KeyWrap>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { store, wrap, clock, entropy }
    }

    /// Draws and keeps the key of a new object, before anything is sealed with it. With `expires_at` the object is due for
    /// erasure from then on (ASVS 14.2.7).
    ///
    /// A crash before the object is written leaves a key that nothing is sealed with: erase it, or open it with
    /// [`key`](Self::key) and go on.
    ///
    /// # Errors
    /// [`EraseError::Exists`], [`EraseError::Erased`]; the store, the wrap or randomness failed, and the key may be kept.
    pub async fn create(
        &self,
        object: &ObjectId,
        expires_at: Option<UnixMillis>,
    ) -> Result<ObjectKey, EraseError> {
        let key = ObjectKey::generate(&*self.entropy)?;
        let kept = KeptKey {
            object: object.clone(),
            wrap: self.wrap.wrap(object, &key)?,
            fingerprint: key.fingerprint(),
            created_at: self.clock.now(),
            expires_at,
        };
        match self.store.keep(kept).await? {
            Keeping::Kept => Ok(key),
            Keeping::Exists => Err(EraseError::Exists),
            Keeping::Erased(tombstone) => Err(EraseError::Erased(tombstone)),
        }
    }

    /// The key of an object.
    ///
    /// # Errors
    /// [`EraseError::Erased`], [`EraseError::Unknown`]; [`EraseError::Mismatch`] for a wrap of another key; the store or the wrap
    /// failed.
    pub async fn key(&self, object: &ObjectId) -> Result<ObjectKey, EraseError> {
        match self.store.find(object).await? {
            Finding::Live(kept) => self.open(&kept),
            Finding::Erased(tombstone) => Err(EraseError::Erased(tombstone)),
            Finding::Unknown => Err(EraseError::Unknown),
        }
    }

    fn open(&self, kept: &KeptKey) -> Result<ObjectKey, EraseError> {
        let key = self.wrap.unwrap(&kept.object, &kept.wrap)?;
        if key.fingerprint() == kept.fingerprint { Ok(key) } else { Err(EraseError::Mismatch) }
    }

    /// Wraps an object's key anew, under whatever wrapping key is active now. The ciphertext is not touched.
    ///
    /// # Errors
    /// As of [`key`](Self::key). The old wrap or the new one is there.
    pub async fn rewrap(&self, object: &ObjectId) -> Result<Rewrapping, EraseError> {
        match self.store.find(object).await? {
            Finding::Live(kept) => {
                let new = self.wrap.wrap(object, &self.open(&kept)?)?;
                Ok(self.store.rewrap(object, &kept.wrap, new).await?)
            }
            Finding::Erased(tombstone) => Ok(Rewrapping::Erased(tombstone)),
            Finding::Unknown => Ok(Rewrapping::Unknown),
        }
    }

    /// Live keys in the order of their objects' ids, after `after`: to [`rewrap`](Self::rewrap) them page by page.
    ///
    /// # Errors
    /// The store failed.
    pub async fn live(
        &self,
        after: Option<&ObjectId>,
        limit: NonZeroU32,
    ) -> Result<Vec<KeptKey>, EraseError> {
        Ok(self.store.live(after, limit).await?)
    }

    /// Erases an object's key and leaves the ciphertext to the caller. See [`erase_with`](Self::erase_with).
    ///
    /// # Errors
    /// As of [`erase_with`](Self::erase_with).
    pub async fn erase(&self, object: &ObjectId) -> Result<Erasure, EraseError> {
        self.run(object, Cause::Requested, None).await
    }

    /// Erases an object's key, then deletes its ciphertext.
    ///
    /// 1. The store decides: a legal hold refuses, and nothing is touched. Otherwise the key is gone, durably, with a tombstone.
    /// 2. The store does what it can about the bytes on its own medium.
    /// 3. `ciphertext` is deleted. What goes wrong here stands in the receipt and undoes nothing.
    ///
    /// Idempotent: again, it gives the same erasure and goes on with steps 2 and 3. A crash between any two steps leaves a key
    /// that is gone and work that the next call does.
    ///
    /// # Errors
    /// The store failed at step 1. Whether the key is gone is not known; call again.
    pub async fn erase_with(
        &self,
        object: &ObjectId,
        ciphertext: &dyn Ciphertext,
    ) -> Result<Erasure, EraseError> {
        self.run(object, Cause::Requested, Some(ciphertext)).await
    }

    /// As [`erase_with`](Self::erase_with), but only what is due: refused where the time is not over.
    ///
    /// # Errors
    /// As of [`erase_with`](Self::erase_with).
    pub async fn expire_one(
        &self,
        object: &ObjectId,
        ciphertext: &dyn Ciphertext,
    ) -> Result<Erasure, EraseError> {
        self.run(object, Cause::Expired, Some(ciphertext)).await
    }

    /// Erases one page of what is due, after `after`. Call it with what [`ExpiredPage::next`] gives until that is `None`, and now
    /// and then from the start (ASVS 14.2.7).
    ///
    /// # Errors
    /// The store failed to list what is due.
    pub async fn expire(
        &self,
        after: Option<&Due>,
        limit: NonZeroU32,
        ciphertext: &dyn Ciphertext,
    ) -> Result<ExpiredPage, EraseError> {
        let due = self.due(after, limit).await?;
        let mut page = ExpiredPage { next: due.last().cloned(), ..ExpiredPage::default() };
        for Due { object, .. } in due {
            match self.expire_one(&object, ciphertext).await {
                Ok(Erasure::Done(receipt)) => page.receipts.push(receipt),
                Ok(_) => page.spared.push(object),
                Err(error) => page.failed.push((object, error)),
            }
        }
        Ok(page)
    }

    /// What is due now and not held, the longest due first, after `after`.
    ///
    /// # Errors
    /// The store failed.
    pub async fn due(&self, after: Option<&Due>, limit: NonZeroU32) -> Result<Vec<Due>, EraseError> {
        Ok(self.store.due(self.clock.now(), after, limit).await?)
    }

    async fn run(
        &self,
        object: &ObjectId,
        cause: Cause,
        ciphertext: Option<&dyn Ciphertext>,
    ) -> Result<Erasure, EraseError> {
        let (tombstone, turn) = match self.store.erase(object, cause, self.clock.now()).await? {
            Erasing::Erased(tombstone) => (tombstone, Turn::First),
            Erasing::AlreadyErased(tombstone) => (tombstone, Turn::Again),
            Erasing::Held { by } => return Ok(Erasure::Held { by }),
            Erasing::NotDue { until } => return Ok(Erasure::NotDue { until }),
            Erasing::Unknown => return Ok(Erasure::Unknown),
        };
        let medium = self.store.scrub().await.unwrap_or(MediumCaveat::Unknown);
        let ciphertext = match ciphertext {
            Some(ciphertext) => ciphertext.delete(object).await,
            None => CiphertextFate::NotAsked,
        };
        Ok(Erasure::Done(self.receipt(&tombstone, turn, medium, ciphertext)))
    }

    fn receipt(
        &self,
        tombstone: &Tombstone,
        turn: Turn,
        medium: MediumCaveat,
        ciphertext: CiphertextFate,
    ) -> ErasureReceipt {
        ErasureReceipt {
            object: tombstone.object.digest(),
            key: tombstone.fingerprint,
            erased_at: tombstone.at,
            cause: tombstone.cause,
            turn,
            store: self.store.engine().to_owned(),
            medium,
            ciphertext,
        }
    }

    /// Whether an erasure stands: after the key store was restored from a backup, what was erased since is back. Hold the receipts
    /// of the audit log against it before it serves anybody.
    ///
    /// # Errors
    /// The store failed.
    pub async fn standing(
        &self,
        object: &ObjectId,
        receipt: &ErasureReceipt,
    ) -> Result<Standing, EraseError> {
        Ok(match self.store.find(object).await? {
            // Not by the time: after a restored backup the same key is erased again, later.
            Finding::Erased(stone) if stone.fingerprint == receipt.key => Standing::Stands,
            Finding::Erased(_) | Finding::Live(_) => Standing::Undone,
            Finding::Unknown => Standing::Unknown,
        })
    }

    /// Puts a legal hold on an object: from now on, until it is released, every erasure is refused.
    ///
    /// # Errors
    /// The store failed; it may be held.
    pub async fn hold(&self, object: &ObjectId, hold: Hold) -> Result<Holding, StoreError> {
        self.store.hold(object, hold).await
    }

    /// Releases the hold of this name.
    ///
    /// # Errors
    /// The store failed; it may be released.
    pub async fn release(&self, object: &ObjectId, name: &HoldName) -> Result<Releasing, StoreError> {
        self.store.release(object, name).await
    }

    /// The holds on an object.
    ///
    /// # Errors
    /// The store failed.
    pub async fn holds(&self, object: &ObjectId) -> Result<Vec<Hold>, StoreError> {
        self.store.holds(object).await
    }

    /// Sets when an object is due, or that it never is.
    ///
    /// # Errors
    /// The store failed; either time may stand.
    pub async fn schedule(
        &self,
        object: &ObjectId,
        expires_at: Option<UnixMillis>,
    ) -> Result<Scheduling, StoreError> {
        self.store.schedule(object, expires_at).await
    }
}

impl fmt::Debug for CryptoErasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CryptoErasure").field("store", &self.store.engine()).finish_non_exhaustive()
    }
}
