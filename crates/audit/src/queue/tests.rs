use super::*;
use crate::{MemoryAuditStore, Page, Query, Sequence};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;
use stockade_core::{Action, Outcome, StoreErrorKind, SystemEntropy, UnixMillis};

/// A store that can be held up and made to fail, and that counts what it is offered.
#[derive(Default)]
struct Stubborn {
    inner: MemoryAuditStore,
    down: AtomicBool,
    failures_left: AtomicUsize,
    offers: Mutex<Vec<usize>>,
    held: tokio::sync::Mutex<()>,
}

#[async_trait::async_trait]
impl AuditStore for Stubborn {
    async fn append(&self, events: Vec<Event>) -> Result<Vec<Sequence>, StoreError> {
        let _open = self.held.lock().await;
        self.offers.lock().unwrap().push(events.len());
        let fails = self.failures_left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
        if fails || self.down.load(SeqCst) {
            return Err(StoreError::unavailable("disk gone"));
        }
        self.inner.append(events).await
    }

    async fn page(&self, query: &Query) -> Result<Page, StoreError> {
        self.inner.page(query).await
    }
}

fn event(n: usize) -> Event {
    Event::new(UnixMillis::from_secs(1), &SystemEntropy, Action::HTTP_REQUEST, Outcome::Success)
        .unwrap()
        .with("n", n)
}

fn start(store: &Arc<Stubborn>, config: QueueConfig) -> AuditQueue {
    AuditQueue::start(Arc::clone(store) as Arc<dyn AuditStore>, config).unwrap()
}

async fn stored(store: &Stubborn) -> Vec<Event> {
    let query = Query::new().with_limit(Query::MAX_LIMIT).unwrap();
    let page = store.page(&query).await.unwrap();
    page.records.into_iter().rev().map(|record| record.event).collect()
}

#[tokio::test]
async fn events_are_stored_in_order_in_few_appends() {
    let store = Arc::new(Stubborn::default());
    let queue = start(&store, QueueConfig { batch: 64, ..QueueConfig::default() });
    let events: Vec<_> = (0..150).map(event).collect();
    events.iter().for_each(|event| queue.try_record(event.clone()).unwrap());
    queue.flush().await.unwrap();
    assert_eq!(stored(&store).await, events);
    assert!(store.offers.lock().unwrap().len() <= 4, "{:?}", store.offers);
    let stats = queue.stats();
    assert_eq!((stats.accepted, stats.written, stats.waiting, stats.lost), (150, 150, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn events_that_come_one_by_one_are_stored_together_where_they_may_wait() {
    let store = Arc::new(Stubborn::default());
    let queue = start(&store, QueueConfig { linger_ms: 10, ..QueueConfig::default() });
    let events: Vec<_> = (0..9).map(event).collect();
    for event in &events {
        queue.try_record(event.clone()).unwrap();
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(stored(&store).await.is_empty(), "they wait");
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(stored(&store).await, events);
    assert_eq!(store.offers.lock().unwrap().len(), 1);
    queue.try_record(event(9)).unwrap();
    queue.flush().await.unwrap();
    assert_eq!(stored(&store).await.len(), 10, "a flush waits for all before it");
}

#[tokio::test]
async fn a_flood_is_refused_and_counted_never_dropped() {
    let store = Arc::new(Stubborn::default());
    let held = store.held.lock().await;
    let queue = start(&store, QueueConfig { capacity: 4, batch: 1, ..QueueConfig::default() });
    let outcomes: Vec<_> = (0..20).map(|n| queue.try_record(event(n))).collect();
    let refused = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    assert_eq!(refused, 16);
    assert_eq!(queue.stats().refused, 16);
    let error = queue.record(event(99)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the audit queue is full");
    drop(held);
    queue.flush().await.unwrap();
    assert_eq!(stored(&store).await.len(), 4);
}

#[tokio::test]
async fn under_the_wait_policy_a_flood_stands_in_line() {
    let store = Arc::new(Stubborn::default());
    let held = store.held.lock().await;
    let config = QueueConfig { capacity: 1, batch: 1, overflow: Overflow::Wait, ..QueueConfig::default() };
    let queue = start(&store, config);
    let line = queue.clone();
    let line = tokio::spawn(async move {
        for n in 0..20 {
            line.record(event(n)).await.unwrap();
        }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!line.is_finished(), "there is no room for twenty");
    assert!(queue.try_record(event(20)).is_err(), "a hot path never waits");
    drop(held);
    line.await.unwrap();
    queue.flush().await.unwrap();
    assert_eq!(stored(&store).await.len(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_restarts_gets_the_same_batch_again() {
    let store = Arc::new(Stubborn::default());
    store.failures_left.store(5, SeqCst);
    let queue = start(&store, QueueConfig::default());
    (0..3).for_each(|n| queue.try_record(event(n)).unwrap());
    queue.flush().await.unwrap();
    assert_eq!(*store.offers.lock().unwrap(), [3; 6]);
    assert_eq!(stored(&store).await.len(), 3);
    assert_eq!(queue.stats().failed_offers, 5);
}

#[tokio::test(start_paused = true)]
async fn asvs_v16_5_3_what_the_store_never_takes_is_counted_and_left_to_the_process_log() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let writer = Tee(Arc::clone(&log));
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let store = Arc::new(Stubborn::default());
    store.down.store(true, SeqCst);
    let queue = start(&store, QueueConfig::default());
    let lost = event(7);
    queue.try_record(lost.clone()).unwrap();
    assert_eq!(queue.flush().await.unwrap_err().kind(), StoreErrorKind::Unavailable);
    assert_eq!((queue.stats().lost, queue.stats().waiting), (1, 0));
    let text = String::from_utf8(log.lock().unwrap().clone()).unwrap();
    let line = text.lines().find(|line| line.contains("audit event lost")).unwrap();
    assert!(line.contains("ERROR") && line.contains("disk gone"), "{line}");
    assert!(line.contains(&lost.id.to_string()), "{line}");

    store.down.store(false, SeqCst);
    queue.try_record(event(8)).unwrap();
    queue.flush().await.unwrap();
    assert_eq!(queue.stats().written, 1);
}

#[tokio::test]
async fn shutdown_stores_what_waits_and_takes_nothing_more() {
    let store = Arc::new(Stubborn::default());
    let queue = start(&store, QueueConfig { batch: 8, ..QueueConfig::default() });
    (0..100).for_each(|n| queue.try_record(event(n)).unwrap());
    let (one, two) = tokio::join!(queue.shutdown(), queue.shutdown());
    one.unwrap();
    two.unwrap();
    assert_eq!(stored(&store).await.len(), 100);
    let error = queue.record(event(100)).await.unwrap_err();
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the audit queue is shut down");
    queue.flush().await.unwrap();
    queue.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_queue_without_handles_still_stores_what_it_accepted() {
    let store = Arc::new(Stubborn::default());
    let queue = start(&store, QueueConfig::default());
    (0..10).for_each(|n| queue.try_record(event(n)).unwrap());
    let mut ended = queue.ended.clone();
    drop(queue);
    ended.wait_for(|ended| *ended).await.unwrap();
    assert_eq!(stored(&store).await.len(), 10);
}

#[test]
fn a_queue_whose_runtime_is_gone_refuses_instead_of_hanging() {
    let store = Arc::new(Stubborn::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let queue = runtime.block_on(async { start(&store, QueueConfig::default()) });
    drop(runtime);
    assert!(queue.try_record(event(0)).is_err());
    let elsewhere = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert!(elsewhere.block_on(queue.flush()).is_err());
    assert!(elsewhere.block_on(queue.shutdown()).is_err());
}

#[tokio::test]
async fn asvs_v16_5_3_room_that_was_taken_outlasts_a_flood_and_a_shutdown() {
    let store = Arc::new(Stubborn::default());
    let queue = start(&store, QueueConfig { capacity: 2, batch: 1, ..QueueConfig::default() });
    let place = queue.try_reserve().unwrap();
    drop(queue.try_reserve().unwrap());
    let other = queue.try_reserve().unwrap();
    assert!(queue.try_reserve().is_err());
    assert!(queue.try_record(event(9)).is_err());
    drop(other);
    let shutdown = tokio::spawn({
        let queue = queue.clone();
        async move { queue.shutdown().await }
    });
    while !queue.inbox.is_closed() {
        tokio::task::yield_now().await;
    }
    assert!(queue.try_reserve().is_err());
    let event = event(7);
    place.record(event.clone());
    shutdown.await.unwrap().unwrap();
    assert_eq!(stored(&store).await, [event]);
}

#[test]
fn an_event_whose_room_was_torn_down_with_the_runtime_is_counted_as_lost() {
    let store = Arc::new(Stubborn::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let queue = runtime.block_on(async { start(&store, QueueConfig::default()) });
    let place = queue.try_reserve().unwrap();
    drop(runtime);
    place.record(event(0));
    assert_eq!(queue.stats().lost, 1);
}

#[test]
fn a_queue_starts_only_within_its_bounds() {
    let store: Arc<dyn AuditStore> = Arc::new(Stubborn::default());
    let outside = AuditQueue::start(Arc::clone(&store), QueueConfig::default());
    assert_eq!(outside.unwrap_err(), StartError::NoRuntime);

    let good = QueueConfig::default();
    assert_eq!(good.validate(), Ok(()));
    let bad = [
        (QueueConfig { capacity: 0, ..good.clone() }, InvalidQueueConfig::Capacity),
        (QueueConfig { capacity: usize::MAX, ..good.clone() }, InvalidQueueConfig::Capacity),
        (QueueConfig { batch: 0, ..good.clone() }, InvalidQueueConfig::Batch),
        (QueueConfig { linger_ms: 1_001, ..good.clone() }, InvalidQueueConfig::Linger),
        (QueueConfig { attempts: 0, ..good.clone() }, InvalidQueueConfig::Attempts),
        (QueueConfig { backoff_ms: 3_000, ..good.clone() }, InvalidQueueConfig::Backoff),
        (QueueConfig { max_backoff_ms: u64::MAX, ..good }, InvalidQueueConfig::Backoff),
    ];
    for (config, why) in bad {
        assert_eq!(AuditQueue::start(Arc::clone(&store), config).unwrap_err(), StartError::Config(why));
    }
    assert!(serde_json::from_str::<QueueConfig>(r#"{"overflow":"drop"}"#).is_err());
    assert!(serde_json::from_str::<QueueConfig>(r#"{"capacty":1}"#).is_err());
}

#[derive(Clone)]
struct Tee(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Tee {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
