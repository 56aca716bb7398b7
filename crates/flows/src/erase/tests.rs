mod broken;

use super::*;
use crate::{Call, FlowError, Trail};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stockade_core::{
    Clock, Event, ManualClock, Outcome, Principal, Recorder, StoreError, SystemEntropy, UnixMillis,
};
use stockade_crypto_at_rest::field::Fields;
use stockade_crypto_at_rest::ring::{KeyRing, Keys};
use stockade_secure_delete::Level;
use stockade_secure_delete::erase::{
    Ciphertext, CiphertextFate, CryptoErasure, EraseError, Erasure, Hold, Holding, KeyWrap, MemoryObjectKeys,
    ObjectId, Releasing, Rewrapping, WrapError,
};

/// Keeps events until it is told to refuse the n-th.
#[derive(Default)]
struct Log {
    events: Mutex<Vec<Event>>,
    refuse_at: Mutex<Option<usize>>,
}

#[async_trait::async_trait]
impl Recorder for Log {
    async fn record(&self, event: Event) -> Result<(), StoreError> {
        let mut events = self.events.lock().unwrap();
        if self.refuse_at.lock().unwrap().is_some_and(|at| events.len() >= at) {
            return Err(StoreError::unavailable("the disk is full"));
        }
        events.push(event);
        Ok(())
    }
}

#[derive(Default)]
struct Shredded(AtomicU32);

#[async_trait::async_trait]
impl Ciphertext for Shredded {
    async fn delete(&self, _: &ObjectId) -> CiphertextFate {
        self.0.fetch_add(1, Ordering::Relaxed);
        CiphertextFate::deleted(Level::OverwriteIneffective, ["copy-on-write"], 1, 4096)
    }
}

struct Bench {
    keys: Keys,
    clock: Arc<ManualClock>,
    erasure: CryptoErasure,
    log: Arc<Log>,
    shredded: Arc<Shredded>,
    flow: EraseFlow,
}

fn bench() -> Bench {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_767_225_600)));
    let entropy = Arc::new(SystemEntropy);
    let keys = Keys::new(KeyRing::generate(&*entropy, &*clock).unwrap());
    let wrap = SealedWrap::new(Arc::new(Fields::new(keys.clone(), entropy.clone())));
    let store = Arc::new(MemoryObjectKeys::new());
    let erasure = CryptoErasure::new(store, Arc::new(wrap), clock.clone(), entropy.clone());
    let (log, shredded) = (Arc::new(Log::default()), Arc::new(Shredded::default()));
    let trail = Trail::new(log.clone(), clock.clone(), entropy);
    let flow = EraseFlow::new(erasure.clone(), shredded.clone(), trail);
    Bench { keys, clock, erasure, log, shredded, flow }
}

impl Bench {
    fn told(&self) -> Vec<(String, Outcome, Option<String>)> {
        let events = self.log.events.lock().unwrap();
        let told = |event: &Event| {
            (event.action.to_string(), event.outcome, event.reason.as_deref().map(str::to_owned))
        };
        events.iter().map(told).collect()
    }
}

fn ada() -> Principal {
    Principal::user("ada".parse().unwrap())
}

fn scan() -> ObjectId {
    "scan-1".parse().unwrap()
}

#[tokio::test]
async fn an_erasure_is_recorded_before_and_after_with_what_it_came_to() {
    let bench = bench();
    let key = bench.erasure.create(&scan(), None).await.unwrap();
    let Erasure::Done(receipt) = bench.flow.erase(&ada(), &scan(), &Call::default()).await.unwrap() else {
        panic!("refused")
    };
    assert_eq!(receipt.key, key.fingerprint());
    let expected = [
        ("data.erase_intent".to_owned(), Outcome::Success, None),
        ("data.erase".to_owned(), Outcome::Success, None),
    ];
    assert_eq!(bench.told(), expected);
    let events = bench.log.events.lock().unwrap();
    let report = serde_json::to_value(&events[1]).unwrap();
    assert_eq!(report["details"]["erased_key"], key.fingerprint().to_string());
    assert_eq!(report["details"]["ciphertext"], "overwrite-ineffective");
    assert_eq!(report["details"]["ciphertext_why"], "copy-on-write");
    assert_eq!(report["actor"], "ada");
}

#[tokio::test]
async fn without_a_record_nothing_is_erased() {
    let bench = bench();
    let key = bench.erasure.create(&scan(), None).await.unwrap();
    *bench.log.refuse_at.lock().unwrap() = Some(0);
    let refused = bench.flow.erase(&ada(), &scan(), &Call::default()).await;
    assert!(matches!(refused, Err(FlowError::NotRecorded(_))));
    assert_eq!(bench.erasure.key(&scan()).await.unwrap(), key);
    assert_eq!(bench.shredded.0.load(Ordering::Relaxed), 0);
    // The intent is on record and the outcome is not: the caller is told, and repeats.
    *bench.log.refuse_at.lock().unwrap() = Some(1);
    let unrecorded = bench.flow.erase(&ada(), &scan(), &Call::default()).await;
    assert!(matches!(unrecorded, Err(FlowError::NotRecorded(_))));
    *bench.log.refuse_at.lock().unwrap() = None;
    let repeated = bench.flow.erase(&ada(), &scan(), &Call::default()).await.unwrap();
    assert!(matches!(repeated, Erasure::Done(_)));
    assert_eq!(bench.told().len(), 3);
}

#[tokio::test]
async fn a_hold_refuses_and_is_on_record_like_its_release() {
    let bench = bench();
    bench.erasure.create(&scan(), None).await.unwrap();
    let hold = Hold::new("case-7".parse().unwrap(), "a court asks", bench.clock.now()).unwrap();
    let held = bench.flow.hold(&ada(), &scan(), hold.clone(), &Call::default()).await.unwrap();
    assert_eq!(held, Holding::Held);
    let refused = bench.flow.erase(&ada(), &scan(), &Call::default()).await.unwrap();
    assert_eq!(refused, Erasure::Held { by: vec![hold.name.clone()] });
    assert_eq!(bench.shredded.0.load(Ordering::Relaxed), 0);
    *bench.log.refuse_at.lock().unwrap() = Some(0);
    let release = bench.flow.release(&ada(), &scan(), &hold.name, &Call::default()).await;
    assert!(matches!(release, Err(FlowError::NotRecorded(_))), "no record, no release");
    assert_eq!(bench.erasure.holds(&scan()).await.unwrap().len(), 1);
    *bench.log.refuse_at.lock().unwrap() = None;
    let released = bench.flow.release(&ada(), &scan(), &hold.name, &Call::default()).await.unwrap();
    assert_eq!(released, Releasing::Released { left: 0 });
    let told: Vec<_> = bench.told().into_iter().map(|(action, outcome, _)| (action, outcome)).collect();
    let told: Vec<_> = told.iter().map(|(action, outcome)| (action.as_str(), *outcome)).collect();
    assert_eq!(
        told,
        [
            ("data.hold", Outcome::Success),
            ("data.erase_intent", Outcome::Success),
            ("data.erase", Outcome::Denied),
            ("data.hold_release_intent", Outcome::Success),
            ("data.hold_release", Outcome::Success),
        ]
    );
}

#[tokio::test]
async fn confusion_of_a_release_that_released_nothing_is_no_success_on_record() {
    let bench = bench();
    bench.erasure.create(&scan(), None).await.unwrap();
    let release = bench.flow.release(&ada(), &scan(), &"case-7".parse().unwrap(), &Call::default()).await;
    assert_eq!(release.unwrap(), Releasing::NotHeld);
    let expected = [
        ("data.hold_release_intent".to_owned(), Outcome::Success, None),
        ("data.hold_release".to_owned(), Outcome::Failure, Some("not_held".to_owned())),
    ];
    assert_eq!(bench.told(), expected);
}

#[tokio::test]
async fn partial_write_of_a_release_is_on_record_as_not_known() {
    let bench = bench();
    let entropy = Arc::new(SystemEntropy);
    let wrap = SealedWrap::new(Arc::new(Fields::new(bench.keys.clone(), entropy.clone())));
    let erasure =
        CryptoErasure::new(Arc::new(broken::Broken), Arc::new(wrap), bench.clock.clone(), entropy.clone());
    let trail = Trail::new(bench.log.clone(), bench.clock.clone(), entropy);
    let flow = EraseFlow::new(erasure, bench.shredded.clone(), trail);
    let release = flow.release(&ada(), &scan(), &"case-7".parse().unwrap(), &Call::default()).await;
    assert!(matches!(release, Err(FlowError::Store(_))), "{release:?}");
    let expected = [
        ("data.hold_release_intent".to_owned(), Outcome::Success, None),
        ("data.hold_release".to_owned(), Outcome::Error, Some("not_known_to_be_released".to_owned())),
    ];
    assert_eq!(bench.told(), expected);
}

#[tokio::test]
async fn asvs_v14_2_7_the_schedule_erases_shreds_and_records_by_itself() {
    let bench = bench();
    let due = bench.clock.now().plus(Duration::from_secs(60));
    for n in 0..250 {
        let object = format!("scan-{n}").parse().unwrap();
        bench.erasure.create(&object, (n % 2 == 0).then_some(due)).await.unwrap();
    }
    let hold = Hold::new("case-7".parse().unwrap(), "a court asks", due).unwrap();
    assert_eq!(bench.erasure.hold(&"scan-0".parse().unwrap(), hold).await.unwrap(), Holding::Held);
    assert_eq!(bench.flow.expire().await.unwrap(), Expired::default());
    bench.clock.advance(Duration::from_secs(60));
    let expired = bench.flow.expire().await.unwrap();
    assert_eq!((expired.erased, expired.spared, expired.failed), (124, 0, 0));
    assert_eq!(bench.shredded.0.load(Ordering::Relaxed), 124);
    assert_eq!(bench.told().len(), 2 * 124);
    assert_eq!(bench.flow.expire().await.unwrap(), Expired::default());
    assert!(bench.erasure.key(&"scan-0".parse().unwrap()).await.is_ok(), "held");
    assert!(bench.erasure.key(&"scan-1".parse().unwrap()).await.is_ok(), "not scheduled");
}

#[tokio::test]
async fn confusion_a_wrap_of_the_ring_opens_for_its_object_alone_and_moves_with_a_rotation() {
    let bench = bench();
    let fields = Arc::new(Fields::new(bench.keys.clone(), Arc::new(SystemEntropy)));
    let wrap = SealedWrap::new(fields);
    let key = bench.erasure.create(&scan(), None).await.unwrap();
    let wrapped = wrap.wrap(&scan(), &key).unwrap();
    assert_eq!(wrap.unwrap(&scan(), &wrapped).unwrap(), key);
    assert_eq!(wrap.unwrap(&"scan-2".parse().unwrap(), &wrapped), Err(WrapError::Refused));

    let mut ring = KeyRing::clone(&bench.keys.current());
    let old = ring.active().id();
    ring.rotate(&SystemEntropy, &*bench.clock).unwrap();
    bench.keys.replace(ring.clone()).unwrap();
    assert_eq!(bench.erasure.rewrap(&scan()).await.unwrap(), Rewrapping::Rewrapped);
    let _ = ring.destroy(old, &*bench.clock).unwrap();
    bench.keys.replace(ring).unwrap();
    assert_eq!(bench.erasure.key(&scan()).await.unwrap(), key);
    assert_eq!(wrap.unwrap(&scan(), &wrapped), Err(WrapError::Refused), "the old wrap went with its key");
    let unknown = bench.flow.erase(&ada(), &"nobody".parse().unwrap(), &Call::default()).await.unwrap();
    assert_eq!(unknown, Erasure::Unknown);
    assert!(matches!(bench.erasure.key(&"nobody".parse().unwrap()).await, Err(EraseError::Unknown)));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_file_of_an_erased_object_is_shredded_and_what_resists_is_said() {
    use crate::{NotAnObject, ShreddedFiles};
    use stockade_secure_delete::Shredder;
    let bench = bench();
    let folder = tempfile::tempdir().unwrap();
    let shredder = Shredder::beneath(folder.path(), Arc::new(SystemEntropy)).unwrap();
    let files = ShreddedFiles::new(shredder, |object| match object.as_str() {
        "thumbnail" => Ok(None),
        id if id.starts_with("scan-") => Ok(Some(id.into())),
        _ => Err(NotAnObject),
    });
    let file = folder.path().join("scan-1");
    std::fs::write(&file, vec![7; 10_000]).unwrap();
    std::fs::hard_link(&file, folder.path().join("other")).unwrap();
    bench.erasure.create(&scan(), None).await.unwrap();
    let fate = |erasure| match erasure {
        Erasure::Done(receipt) => receipt.ciphertext,
        other => panic!("{other:?}"),
    };
    let resists = fate(bench.erasure.erase_with(&scan(), &files).await.unwrap());
    assert_eq!(resists, CiphertextFate::left("hard_linked"));
    assert!(file.exists() && bench.erasure.key(&scan()).await.is_err());
    std::fs::remove_file(folder.path().join("other")).unwrap();
    match fate(bench.erasure.erase_with(&scan(), &files).await.unwrap()) {
        CiphertextFate::Deleted { level, passes, bytes, .. } => {
            assert!(level >= Level::OverwriteIneffective);
            assert!(passes >= 1 && bytes >= 10_000, "{passes} passes, {bytes} bytes");
        }
        other => panic!("{other:?}"),
    }
    assert!(!file.exists());
    assert_eq!(fate(bench.erasure.erase_with(&scan(), &files).await.unwrap()), CiphertextFate::Absent);
    // confusion of an id that nobody can read with an object without a file
    let confused = files.delete(&"page-1".parse().unwrap()).await;
    assert_eq!(confused, CiphertextFate::left("not_an_object"));
    assert_eq!(files.delete(&"thumbnail".parse().unwrap()).await, CiphertextFate::Absent);
}
