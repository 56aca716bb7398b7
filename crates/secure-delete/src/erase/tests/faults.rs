use super::*;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use stockade_core::{Problem, StoreError, UnixMillis};
use stockade_testkit::NoEntropy;

/// A store that does what it is asked and then fails to say so, or fails before.
struct Faulty {
    inner: MemoryObjectKeys,
    before: AtomicBool,
    after: AtomicBool,
    scrub: AtomicBool,
}

fn broken() -> StoreError {
    StoreError::unavailable("the connection broke")
}

impl Faulty {
    fn new() -> Arc<Self> {
        let (before, after, scrub) = (AtomicBool::new(false), AtomicBool::new(false), AtomicBool::new(false));
        Arc::new(Self { inner: MemoryObjectKeys::new(), before, after, scrub })
    }

    fn check(fault: &AtomicBool) -> Result<(), StoreError> {
        if fault.load(Ordering::Relaxed) { Err(broken()) } else { Ok(()) }
    }
}

#[async_trait::async_trait]
impl ObjectKeys for Faulty {
    fn engine(&self) -> &'static str {
        "faulty"
    }

    async fn keep(&self, key: KeptKey) -> Result<Keeping, StoreError> {
        self.inner.keep(key).await
    }

    async fn find(&self, object: &ObjectId) -> Result<Finding, StoreError> {
        self.inner.find(object).await
    }

    async fn rewrap(&self, object: &ObjectId, old: &Wrap, new: Wrap) -> Result<Rewrapping, StoreError> {
        self.inner.rewrap(object, old, new).await
    }

    async fn erase(&self, object: &ObjectId, cause: Cause, at: UnixMillis) -> Result<Erasing, StoreError> {
        Self::check(&self.before)?;
        let erased = self.inner.erase(object, cause, at).await;
        Self::check(&self.after)?;
        erased
    }

    async fn scrub(&self) -> Result<MediumCaveat, StoreError> {
        Self::check(&self.scrub)?;
        self.inner.scrub().await
    }

    async fn hold(&self, object: &ObjectId, hold: Hold) -> Result<Holding, StoreError> {
        self.inner.hold(object, hold).await
    }

    async fn release(&self, object: &ObjectId, name: &HoldName) -> Result<Releasing, StoreError> {
        self.inner.release(object, name).await
    }

    async fn holds(&self, object: &ObjectId) -> Result<Vec<Hold>, StoreError> {
        self.inner.holds(object).await
    }

    async fn schedule(&self, object: &ObjectId, at: Option<UnixMillis>) -> Result<Scheduling, StoreError> {
        self.inner.schedule(object, at).await
    }

    async fn due(&self, now: UnixMillis, after: Option<&Due>, n: NonZeroU32) -> Result<Vec<Due>, StoreError> {
        self.inner.due(now, after, n).await
    }

    async fn live(&self, after: Option<&ObjectId>, limit: NonZeroU32) -> Result<Vec<KeptKey>, StoreError> {
        self.inner.live(after, limit).await
    }
}

fn over(store: Arc<Faulty>) -> CryptoErasure {
    CryptoErasure::new(store, Arc::new(TestWrap(Mutex::new(1))), test_clock(), Arc::new(SystemEntropy))
}

#[tokio::test]
async fn a_store_that_fails_erases_nothing_and_touches_no_ciphertext() {
    let store = Faulty::new();
    let (erasure, scan, ciphertext) = (over(store.clone()), object("scan"), Scripted::default());
    let key = erasure.create(&scan, None).await.unwrap();
    store.before.store(true, Ordering::Relaxed);
    let error = erasure.erase_with(&scan, &ciphertext).await.unwrap_err();
    assert_eq!(Problem::from(&error).code(), "unavailable");
    assert_eq!(ciphertext.asked(), []);
    assert_eq!(erasure.key(&scan).await.unwrap(), key);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_made_good_by_asking_again() {
    let store = Faulty::new();
    let (erasure, scan, ciphertext) = (over(store.clone()), object("scan"), Scripted::default());
    erasure.create(&scan, None).await.unwrap();
    store.after.store(true, Ordering::Relaxed);
    assert!(matches!(erasure.erase_with(&scan, &ciphertext).await, Err(EraseError::Store(_))));
    store.after.store(false, Ordering::Relaxed);
    let receipt = done(erasure.erase_with(&scan, &ciphertext).await.unwrap());
    assert_eq!(receipt.turn, Turn::Again);
    assert_eq!(ciphertext.asked(), [scan], "the ciphertext is not forgotten");
}

#[tokio::test]
async fn a_medium_that_cannot_be_scrubbed_undoes_nothing_and_says_so() {
    let store = Faulty::new();
    let (erasure, scan) = (over(store.clone()), object("scan"));
    erasure.create(&scan, None).await.unwrap();
    store.scrub.store(true, Ordering::Relaxed);
    let receipt = done(erasure.erase(&scan).await.unwrap());
    assert_eq!((receipt.medium, receipt.remains()), (MediumCaveat::Unknown, Remains::Something));
    assert!(matches!(erasure.key(&scan).await, Err(EraseError::Erased(_))));
    store.scrub.store(false, Ordering::Relaxed);
    let receipt = done(erasure.erase(&scan).await.unwrap());
    assert_eq!((receipt.medium, receipt.remains()), (MediumCaveat::ProcessMemory, Remains::Nothing));
}

#[tokio::test]
async fn asvs_v11_5_1_without_randomness_there_is_no_key() {
    let (store, wrap) = (Arc::new(MemoryObjectKeys::new()), Arc::new(TestWrap(Mutex::new(1))));
    let erasure = CryptoErasure::new(store.clone(), wrap, test_clock(), Arc::new(NoEntropy));
    assert!(matches!(erasure.create(&object("scan"), None).await, Err(EraseError::Entropy(_))));
    assert_eq!(store.find(&object("scan")).await.unwrap(), Finding::Unknown);
}
