use super::*;
use crate::{Cursor, Entry, Page, Query, Record, Sequence};
use std::sync::Mutex;
use stockade_core::{Event, StoreError};

/// A store with one of the faults that the laws are there to find.
struct Faulty {
    records: Mutex<Vec<Record>>,
    fault: Fault,
}

#[derive(PartialEq)]
enum Fault {
    /// Reads the last number first and writes later, as two statements do.
    NumbersInTwoSteps,
    /// Stores the events of a batch one by one.
    BatchInPieces,
    /// Counts rows instead of naming a place.
    PagesByOffset,
    /// Leaves one filter out.
    ForgetsTheOutcome,
}

impl Faulty {
    fn with(fault: Fault) -> Arc<dyn AuditStore> {
        Arc::new(Self { records: Mutex::default(), fault })
    }

    fn last(&self) -> Option<Sequence> {
        self.records.lock().unwrap().last().map(|record| record.sequence)
    }

    fn push(&self, sequence: Sequence, event: Event) {
        let event = Entry::new(event).unwrap().into_event();
        self.records.lock().unwrap().push(Record { sequence, event });
    }
}

#[async_trait::async_trait]
impl AuditStore for Faulty {
    async fn append(&self, events: Vec<Event>) -> Result<Vec<Sequence>, StoreError> {
        let mut places = Sequence::following(self.last(), events.len())?;
        if self.fault == Fault::NumbersInTwoSteps {
            tokio::task::yield_now().await;
        }
        for (place, event) in places.iter_mut().zip(events) {
            if self.fault == Fault::BatchInPieces {
                tokio::task::yield_now().await;
                *place = Sequence::following(self.last(), 1)?[0];
            }
            self.push(*place, event);
        }
        Ok(places)
    }

    async fn page(&self, query: &Query) -> Result<Page, StoreError> {
        let records = self.records.lock().unwrap();
        let (skip, before) = match (&self.fault, query.before()) {
            (Fault::PagesByOffset, Some(offset)) => (offset.as_u64() as usize, None),
            (_, before) => (0, before),
        };
        let matches = |event: &Event| {
            let mut event = event.clone();
            if self.fault == Fault::ForgetsTheOutcome {
                event.outcome = query.outcome().unwrap_or(event.outcome);
            }
            query.matches(&event)
        };
        let found =
            records.iter().rev().filter(|record| before.is_none_or(|before| record.sequence < before));
        let found = found.filter(|record| matches(&record.event)).skip(skip);
        let mut page = Page::of(found.take(query.limit() + 1).cloned().collect(), query.limit());
        if self.fault == Fault::PagesByOffset && page.next.is_some() {
            page.next = Sequence::new((skip + query.limit()) as u64).map(Cursor::before);
        }
        Ok(page)
    }
}

#[tokio::test]
#[should_panic(expected = "without gap or repetition")]
async fn race_of_two_numberings_is_caught() {
    concurrent_appends_are_gapless(&[Faulty::with(Fault::NumbersInTwoSteps)]).await;
}

#[tokio::test]
#[should_panic(expected = "batch")]
async fn race_of_two_batches_is_caught() {
    concurrent_appends_are_gapless(&[Faulty::with(Fault::BatchInPieces)]).await;
}

#[tokio::test]
#[should_panic(expected = "is whole")]
async fn a_cancelled_batch_of_which_a_part_stays_is_caught() {
    a_cancelled_append_is_whole_or_nothing(Faulty::with(Fault::BatchInPieces)).await;
}

#[tokio::test]
#[should_panic(expected = "without gap or repetition")]
async fn pages_that_move_are_caught() {
    pages_stay_while_events_arrive(Faulty::with(Fault::PagesByOffset)).await;
}

#[tokio::test]
#[should_panic(expected = "Denied")]
async fn a_filter_left_out_is_caught() {
    filters_find_exactly_what_matches(Faulty::with(Fault::ForgetsTheOutcome)).await;
}
