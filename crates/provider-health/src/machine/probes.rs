//! The places for calls to a provider that is tried again.

use std::time::Duration;

#[derive(Debug, Clone)]
pub(super) struct Probes {
    places: Vec<Option<Place>>,
    serial: u32,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    serial: u32,
    deadline: Duration,
}

/// Which place a probe holds. The serial tells it from whoever holds the place later.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    place: u8,
    serial: u32,
}

impl Probes {
    pub(super) fn new(places: u8) -> Self {
        Self { places: vec![None; usize::from(places)], serial: 0 }
    }

    pub(super) fn take(&mut self, deadline: Duration) -> Option<Ticket> {
        let (place, free) = (0_u8..).zip(&mut self.places).find(|(_, place)| place.is_none())?;
        self.serial = self.serial.wrapping_add(1);
        *free = Some(Place { serial: self.serial, deadline });
        Some(Ticket { place, serial: self.serial })
    }

    pub(super) fn give_back(&mut self, ticket: &Ticket) {
        if let Some(place) = self.places.get_mut(usize::from(ticket.place))
            && place.is_some_and(|held| held.serial == ticket.serial)
        {
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
