use super::*;
use crate::AuditNotes;
use crate::testing::{Counting, get};
use bytes::Bytes;
use http::{Request, Response};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stockade_core::{
    ClientInfo, Detail, Event, ManualClock, Outcome, Principal, RequestId, StoreError, SystemEntropy,
    UnixMillis,
};
use tower::{Layer, ServiceExt, service_fn};

/// Room for so many events at once.
#[derive(Default)]
struct Desk {
    room: usize,
    taken: Mutex<usize>,
    events: Arc<Mutex<Vec<Event>>>,
}

impl AuditSink for Desk {
    fn reserve(&self) -> Result<AuditPlace, StoreError> {
        let mut taken = self.taken.lock().unwrap();
        if *taken >= self.room {
            return Err(StoreError::unavailable("the desk is full"));
        }
        *taken += 1;
        let events = Arc::clone(&self.events);
        Ok(AuditPlace::new(move |event| events.lock().unwrap().push(event)))
    }
}

struct Fixture {
    layer: AuditLayer,
    clock: Arc<ManualClock>,
    events: Arc<Mutex<Vec<Event>>>,
}

fn fixture(room: usize, on_full: OnAuditFull) -> Fixture {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let desk = Desk { room, ..Desk::default() };
    let events = Arc::clone(&desk.events);
    let layer = AuditLayer::new(Arc::new(desk), on_full, clock.clone(), Arc::new(SystemEntropy));
    Fixture { layer, clock, events }
}

impl Fixture {
    fn only_event(&self) -> Event {
        let events = self.events.lock().unwrap();
        assert_eq!(events.len(), 1);
        events[0].clone()
    }
}

fn known_request(uri: &str) -> Request<()> {
    let mut request = get(uri);
    request.extensions_mut().insert(ClientInfo::at([203, 0, 113, 9].into()));
    request.extensions_mut().insert("req-1".parse::<RequestId>().unwrap());
    request
}

#[tokio::test]
async fn asvs_v16_2_1_a_request_is_recorded_with_when_who_where_what() {
    let fixture = fixture(1, OnAuditFull::Refuse);
    let clock = Arc::clone(&fixture.clock);
    let inner = service_fn(move |request: Request<()>| {
        clock.advance(Duration::from_millis(7));
        let notes = request.extensions().get::<AuditNotes>().unwrap();
        notes.note_principal(&Principal::user("alice".parse().unwrap()));
        async { Ok::<_, Infallible>(Response::new(Bytes::new())) }
    });
    fixture.layer.layer(inner).oneshot(known_request("/v1/scans/17")).await.unwrap();
    let event = fixture.only_event();
    assert_eq!(event.at, UnixMillis::from_secs(1_700_000_000));
    assert_eq!(event.action.as_str(), "http.request");
    assert_eq!(event.outcome, Outcome::Success);
    assert_eq!(event.actor.unwrap().as_str(), "alice");
    assert_eq!(event.client.ip.unwrap().to_string(), "203.0.113.9");
    assert_eq!(event.request_id.unwrap().as_str(), "req-1");
    assert_eq!(event.resource.unwrap().to_string(), "path:/v1/scans/17");
    assert_eq!(event.details["method"], Detail::from("GET"));
    assert_eq!(event.details["status"], Detail::from(200_u64));
    assert_eq!(event.details["duration_ms"], Detail::from(7_u64));
}

#[tokio::test]
async fn asvs_v14_2_1_the_query_string_is_not_recorded_and_the_path_is_bounded() {
    let fixture = fixture(1, OnAuditFull::Refuse);
    let uri = format!("/{}?token=secret", "a".repeat(10_000));
    fixture.layer.layer(Counting::default()).oneshot(get(&uri)).await.unwrap();
    let event = fixture.only_event();
    assert!(!serde_json::to_string(&event).unwrap().contains("secret"));
    assert_eq!(event.resource.unwrap().id.len(), 256);
}

#[tokio::test]
async fn asvs_v16_3_2_the_outcome_follows_the_status_and_the_reason_is_kept() {
    let expected = [
        (204, Outcome::Success),
        (304, Outcome::Success),
        (400, Outcome::Failure),
        (401, Outcome::Failure),
        (403, Outcome::Denied),
        (404, Outcome::Failure),
        (429, Outcome::Denied),
        (500, Outcome::Error),
        (503, Outcome::Error),
    ];
    for (status, outcome) in expected {
        let fixture = fixture(1, OnAuditFull::Refuse);
        let inner = service_fn(move |request: Request<()>| {
            request.extensions().get::<AuditNotes>().unwrap().note_reason("not_granted");
            async move { Ok::<_, Infallible>(Response::builder().status(status).body(Bytes::new()).unwrap()) }
        });
        fixture.layer.layer(inner).oneshot(get("/")).await.unwrap();
        let event = fixture.only_event();
        assert_eq!((event.outcome, event.reason.as_deref()), (outcome, Some("not_granted")), "{status}");
    }
}

#[tokio::test]
async fn asvs_v16_5_3_no_audit_no_action() {
    let full = fixture(0, OnAuditFull::Refuse);
    let inner = Counting::default();
    let response = full.layer.layer(inner.clone()).oneshot(get("/")).await.unwrap();
    assert_eq!((response.status().as_u16(), inner.calls()), (503, 0));
    assert_eq!(full.layer.unrecorded(), 1);
}

#[tokio::test]
async fn a_service_may_choose_to_serve_without_room_and_counts_it() {
    let full = fixture(0, OnAuditFull::Serve);
    let inner = Counting::default();
    let response = full.layer.layer(inner.clone()).oneshot(get("/")).await.unwrap();
    assert_eq!((response.status().as_u16(), inner.calls()), (200, 1));
    assert_eq!(full.layer.unrecorded(), 1);
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_escape_the_log() {
    let fixture = fixture(1, OnAuditFull::Refuse);
    let inner = service_fn(|request: Request<()>| async move {
        let notes = request.extensions().get::<AuditNotes>().unwrap();
        notes.note_principal(&Principal::user("mallory".parse().unwrap()));
        std::future::pending::<Result<Response<Bytes>, Infallible>>().await
    });
    let served = fixture.layer.layer(inner).oneshot(get("/v1/exports"));
    let hung_up = tokio::time::timeout(Duration::from_millis(20), served).await;
    assert!(hung_up.is_err());
    let event = fixture.only_event();
    assert_eq!((event.outcome, event.reason.as_deref()), (Outcome::Error, Some("no_response")));
    assert_eq!(event.actor.unwrap().as_str(), "mallory");
}

#[tokio::test]
async fn the_audit_queue_is_a_sink() {
    let store = Arc::new(stockade_audit::MemoryAuditStore::default());
    let queue = stockade_audit::AuditQueue::start(store.clone(), Default::default()).unwrap();
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let sink = Arc::new(queue.clone());
    let layer = AuditLayer::new(sink, OnAuditFull::Refuse, clock, Arc::new(SystemEntropy));
    layer.layer(Counting::default()).oneshot(get("/v1/scans")).await.unwrap();
    queue.shutdown().await.unwrap();
    let page = stockade_audit::AuditLog::new(store).query(&stockade_audit::Query::new()).await.unwrap();
    assert_eq!(page.records[0].event.resource.as_ref().unwrap().id, "/v1/scans");
    assert_eq!(layer.layer(Counting::default()).oneshot(get("/")).await.unwrap().status(), 503, "shut down");
}

#[tokio::test]
async fn a_failing_or_panicking_service_does_not_escape_the_log() {
    let failing = fixture(1, OnAuditFull::Refuse);
    let inner = service_fn(|_: Request<()>| async { Err::<Response<Bytes>, _>("connection reset") });
    assert!(failing.layer.layer(inner).oneshot(get("/")).await.is_err());
    assert_eq!(failing.only_event().reason.as_deref(), Some("no_response"));

    let panicking = fixture(1, OnAuditFull::Refuse);
    let inner = service_fn(|_: Request<()>| async {
        panic!("a handler's bug") as Result<Response<Bytes>, Infallible>
    });
    let served = panicking.layer.layer(inner).oneshot(get("/"));
    assert!(tokio::spawn(served).await.is_err());
    assert_eq!(panicking.only_event().outcome, Outcome::Error);
}
