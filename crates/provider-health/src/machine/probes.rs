//! The places for calls to a provider that is tried again.

use std::num::NonZeroU32;
use std::time::Duration;

#[derive(Debug, Clone)]
pub(super) struct Probes {
    places: Vec<Option<Place>>,
    latest: u32,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    ticket: Ticket,
    deadline: Duration,
}

/// Which probe it is: it tells whoever holds a place from whoever holds it later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket(NonZeroU32);

impl Probes {
    pub(super) fn new(places: u8) -> Self {
        Self { places: vec![None; usize::from(places)], latest: 0 }
    }

    pub(super) fn take(&mut self, deadline: Duration) -> Option<Ticket> {
        let free = self.places.iter_mut().find(|place| place.is_none())?;
        self.latest = self.latest.wrapping_add(1).max(1);
        let ticket = Ticket(NonZeroU32::new(self.latest)?);
        *free = Some(Place { ticket, deadline });
        Some(ticket)
    }

    pub(super) fn give_back(&mut self, ticket: Ticket) {
        let held = |place: &&mut Option<Place>| place.is_some_and(|held| held.ticket == ticket);
        if let Some(place) = self.places.iter_mut().find(held) {
            *place = None;
        }
    }

    pub(super) fn clear(&mut self) {
        self.places.fill(None);
    }

    /// How many are under way.
    pub(super) fn out(&self) -> usize {
        self.places.iter().flatten().count()
    }

    pub(super) fn any_free(&self) -> bool {
        self.places.iter().any(Option::is_none)
    }

    pub(super) fn earliest_deadline(&self) -> Option<Duration> {
        self.places.iter().flatten().map(|place| place.deadline).min()
    }
}
