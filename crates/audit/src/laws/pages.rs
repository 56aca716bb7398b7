//! What reading means.

use super::samples::{append, assert_gapless, batch, event, page, plain, walk, whole};
use crate::{AuditStore, Cursor, Entry, Query, Sequence};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use stockade_core::{Action, ClientInfo, Event, Outcome, Resource, SubjectId, UnixMillis};

const ACTIONS: [Action; 3] = [Action::LOGIN, Action::REFRESH, Action::LOGOUT];
const OUTCOMES: [Outcome; 4] = [Outcome::Success, Outcome::Failure, Outcome::Denied, Outcome::Error];

/// Every fact of an event comes back, the bounds of [`Entry`] applied.
///
/// # Panics
/// The store breaks the law.
pub async fn what_was_stored_is_what_is_read(store: Arc<dyn AuditStore>) {
    let full = plain()
        .by(subject("user-1"))
        .from(ClientInfo::at([203, 0, 113, 9].into()).with_user_agent("agent \u{1F600} \"quoted\" \\"))
        .on(Resource::new("account", "ключ/鍵"))
        .in_request("req-1".parse().ok())
        .because("wrong_password")
        .with("text", "it's")
        .with("flag", true)
        .with("number", i64::MIN);
    let mut oversized = plain().because("line\r\nbreak ".repeat(10_000));
    oversized.at = UnixMillis::from_millis(u64::MAX);
    append(&*store, vec![full.clone(), oversized.clone()]).await;
    let records = whole(&*store, 50).await;
    assert_eq!(records[1].event, full);
    assert_eq!(&records[0].event, Entry::new(oversized).expect("any event has an entry").event());
}

/// Each filter, alone and with others, finds all that matches and nothing else, page by page.
///
/// # Panics
/// The store breaks the law.
pub async fn filters_find_exactly_what_matches(store: Arc<dyn AuditStore>) {
    let events: Vec<Event> = (0..240).map(varied).collect();
    append(&*store, events.clone()).await;
    let time = UnixMillis::from_millis;
    let queries = [
        Query::new().by(subject("user-1")),
        Query::new().by(subject("USER-1")),
        Query::new().on_kind("account"),
        Query::new().on_kind("Account"),
        Query::new().on(&Resource::new("account", 2)),
        Query::new().on(&Resource::new("invoice", 2)),
        Query::new().with_action(Action::REFRESH),
        Query::new().with_outcome(Outcome::Denied),
        Query::new().from(time(1_100)),
        Query::new().to(time(1_100)),
        Query::new().from(time(1_050)).to(time(1_051)),
        Query::new().from(time(1_100)).to(time(1_050)),
        Query::new().from(time(u64::MAX)),
        Query::new().to(time(u64::MAX)),
        Query::new().by(subject("user-2")).with_action(Action::LOGIN).with_outcome(Outcome::Failure),
        Query::new().by(subject("user-0")).on_kind("invoice").from(time(1_020)).to(time(1_220)),
    ];
    for query in queries {
        let expected: Vec<_> = events.iter().rev().filter(|event| query.matches(event)).collect();
        for limit in [1, 7, Query::MAX_LIMIT] {
            let query = query.clone().with_limit(limit).expect("a valid limit");
            let found = walk(&*store, &query).await;
            let found: Vec<_> = found.iter().map(|record| &record.event).collect();
            assert_eq!(found, expected, "{query:?}");
        }
    }
}

/// Quotes, wildcards, comments and statements in a filter are compared, never carried out.
///
/// # Panics
/// The store breaks the law.
pub async fn free_text_is_data(store: Arc<dyn AuditStore>) {
    let texts = [
        "x' OR '1'='1",
        "%",
        "_",
        "a%",
        "\"; DROP TABLE audit_events; --",
        "x\\",
        "?1",
        ":id",
        "$1",
        "",
        "NULL",
    ];
    for text in texts {
        append(&*store, vec![plain().on(Resource::new(text, text)), plain().on(Resource::new("a", "ab"))])
            .await;
    }
    for text in texts {
        for query in [Query::new().on(&Resource::new(text, text)), Query::new().on_kind(text)] {
            let found = page(&*store, &query).await.records;
            assert_eq!(found.len(), 1, "`{text}` finds itself only");
            assert_eq!(found[0].event.resource.as_ref().map(|resource| &*resource.id), Some(text));
        }
    }
    let actor = subject("x'OR'1'='1'--");
    append(&*store, vec![plain().by(actor.clone())]).await;
    assert_eq!(page(&*store, &Query::new().by(actor)).await.records.len(), 1);
    whole(&*store, 50).await;
}

/// A page holds at most its limit, 50 unless said otherwise, and says whether there is more.
///
/// # Panics
/// The store breaks the law.
pub async fn pages_are_bounded(store: Arc<dyn AuditStore>) {
    append(&*store, batch(0, Query::MAX_LIMIT + 1)).await;
    assert_eq!(page(&*store, &Query::new()).await.records.len(), Query::DEFAULT_LIMIT);
    let largest = Query::new().with_limit(Query::MAX_LIMIT).expect("the limit itself");
    let first = page(&*store, &largest).await;
    assert_eq!(first.records.len(), Query::MAX_LIMIT);
    let last = page(&*store, &largest.clone().after(first.next.expect("one is left"))).await;
    assert_eq!((last.records.len(), last.next), (1, None));
    let exact = page(&*store, &largest.to(UnixMillis::from_millis(0))).await;
    assert_eq!((exact.records.len(), exact.next), (0, None));
}

/// Pages of any size visit every record once; a cursor beyond either end of the log does no harm.
///
/// # Panics
/// The store breaks the law.
pub async fn pages_walk_everything_once(store: Arc<dyn AuditStore>) {
    append(&*store, batch(0, 30)).await;
    for limit in [1, 2, 7, 10, 29, 30, 31] {
        assert_eq!(whole(&*store, limit).await.len(), 30);
    }
    let end = |number| Cursor::before(Sequence::new(number).expect("a place"));
    assert!(page(&*store, &Query::new().after(end(1))).await.records.is_empty());
    let beyond = page(&*store, &Query::new().after(end(Sequence::MAX))).await;
    assert_eq!(beyond.records.len(), 30);
}

/// A page asked for again is the same, and a walk sees each record once, while events arrive.
///
/// # Panics
/// The store breaks the law.
pub async fn pages_stay_while_events_arrive(store: Arc<dyn AuditStore>) {
    append(&*store, batch(0, 40)).await;
    let query = Query::new().with_limit(7).expect("a valid limit");
    let first = page(&*store, &query).await;
    let second = query.clone().after(first.next.expect("there is more"));
    let before = page(&*store, &second).await;

    let done = Arc::new(AtomicBool::new(false));
    let (writer, stop) = (Arc::clone(&store), Arc::clone(&done));
    let writer = tokio::spawn(async move {
        for _ in (0..200).take_while(|_| !stop.load(Ordering::Relaxed)) {
            append(&*writer, batch(1, 3)).await;
            tokio::task::yield_now().await;
        }
    });
    for _ in 0..10 {
        append(&*store, batch(2, 2)).await;
        let mut walked = first.records.clone();
        walked.extend(walk(&*store, &second).await);
        assert_gapless(&walked);
        assert!(whole(&*store, 7).await.len() >= walked.len());
        assert_eq!(page(&*store, &second).await, before, "the same cursor gives the same page");
    }
    done.store(true, Ordering::Relaxed);
    writer.await.expect("the writer does not fail");
    whole(&*store, Query::MAX_LIMIT).await;
}

fn subject(text: &str) -> SubjectId {
    text.parse().expect("a subject id")
}

/// Events in which every filter splits every other's share. Time runs backwards now and then, as clocks do.
fn varied(n: u64) -> Event {
    let pick = |of: usize, by: u64| (n / by) as usize % of;
    let varied = event(1_000 + (n ^ 3), ACTIONS[pick(3, 1)].clone(), OUTCOMES[pick(4, 2)]);
    let varied = match pick(4, 3) {
        3 => varied,
        user => varied.by(subject(&format!("user-{user}"))),
    };
    match pick(3, 5) {
        2 => varied,
        kind => varied.on(Resource::new(["account", "invoice"][kind], pick(5, 7))),
    }
}
