//! What a thread keeps at hand of the providers it has to do with: a handle to lend, and a tray to count in.
//!
//! Both save atomic read-modify-writes, which cost more than all the rest of a call that goes well: a permit that owns its
//! handle takes one that lies ready and puts it back when it is done, and a success is counted where nobody else counts. Nothing
//! depends on it: whoever finds no seat clones the handle and counts in the tray for all. What is counted belongs to the
//! provider; a seat only says where.

use super::Provider;
use crate::window::Lease;
use std::cell::RefCell;
use std::sync::Arc;

/// For how many providers a thread has seats. Those beyond get one now and then.
const SEATS: usize = 8;

/// One in so many that find no free seat is given one that was somebody else's: often enough to follow a change of providers, so
/// seldom that more providers than seats do not spend their time on changing places.
const PATIENCE: u32 = 64;

thread_local! {
    static BENCH: RefCell<Bench> = const { RefCell::new(Bench::EMPTY) };
}

struct Bench {
    /// Of the provider that was asked for last: mostly it is the same one again.
    front: Option<Seat>,
    others: [Option<Seat>; SEATS - 1],
    passed_over: u32,
    /// The provider had no tray left when this thread last asked for one.
    turned_away: bool,
}

struct Seat {
    /// Never lent, so that no other provider can come to lie where this one does.
    provider: Provider,
    spare: Option<Provider>,
    lease: Lease,
}

/// A handle for a permit: the one that lies ready, or a new one.
#[inline(always)]
pub(super) fn handle(provider: &Provider) -> Provider {
    let lent = with(|bench| bench.seat(provider)?.spare.take()).flatten();
    lent.unwrap_or_else(|| provider.clone())
}

/// Counts a success of so many nanoseconds.
#[inline(always)]
pub(super) fn success(provider: &Provider, latency: u64) {
    let counted = with(|bench| {
        let seat = bench.seat(provider)?;
        seat.lease.success(latency);
        Some(())
    });
    if counted.flatten().is_none() {
        without_seat(provider, latency);
    }
}

/// The same, and keeps the handle for the next permit. What there is no place for comes back.
#[inline(always)]
pub(super) fn success_and_keep(provider: Provider, latency: u64) -> Option<Provider> {
    let mut handle = Some(provider);
    let counted = with(|bench| {
        let seat = bench.seat(handle.as_ref()?)?;
        seat.lease.success(latency);
        if seat.spare.is_none() {
            seat.spare = handle.take();
        }
        Some(())
    });
    if counted.flatten().is_none()
        && let Some(provider) = &handle
    {
        without_seat(provider, latency);
    }
    handle
}

#[cold]
#[inline(never)]
fn without_seat(provider: &Provider, latency: u64) {
    provider.0.window.success(latency);
    sit_down(provider);
}

/// `None` while the thread ends, or where a destructor that ran inside has come back here.
#[inline(always)]
fn with<T>(use_it: impl FnOnce(&mut Bench) -> T) -> Option<T> {
    BENCH.try_with(|bench| bench.try_borrow_mut().ok().map(|mut bench| use_it(&mut bench))).ok().flatten()
}

fn sit_down(provider: &Provider) {
    let Some(true) = with(Bench::may_sit) else { return };
    let lease = provider.0.window.lease();
    let seat = lease.map(|lease| Seat { provider: provider.clone(), spare: None, lease });
    // Whoever has to go for it goes only when the bench is let go of.
    let _gone = with(|bench| {
        bench.turned_away = seat.is_none();
        bench.seat_in_front(seat?)
    });
}

impl Bench {
    const EMPTY: Self =
        Self { front: None, others: [const { None }; SEATS - 1], passed_over: 0, turned_away: false };

    #[inline(always)]
    fn seat(&mut self, provider: &Provider) -> Option<&mut Seat> {
        if !is_of(&self.front, provider) {
            self.bring_to_front(provider)?;
        }
        self.front.as_mut()
    }

    #[inline(never)]
    fn bring_to_front(&mut self, provider: &Provider) -> Option<()> {
        let found = self.others.iter_mut().find(|seat| is_of(seat, provider))?;
        std::mem::swap(found, &mut self.front);
        Some(())
    }

    /// Whether somebody new may sit down: where a seat is free, and otherwise now and then.
    fn may_sit(&mut self) -> bool {
        if self.free().is_some() && !self.turned_away {
            return true;
        }
        self.passed_over = self.passed_over.wrapping_add(1);
        self.passed_over.is_multiple_of(PATIENCE)
    }

    /// Returns who sat there before.
    fn seat_in_front(&mut self, seat: Seat) -> Option<Seat> {
        let turn = (self.passed_over / PATIENCE) as usize % (SEATS - 1);
        let before = self.front.replace(seat)?;
        let place = self.free().unwrap_or(turn);
        self.others.get_mut(place).and_then(|there| there.replace(before))
    }

    /// The first free seat but that in front.
    fn free(&self) -> Option<usize> {
        self.others.iter().position(Option::is_none)
    }
}

#[inline(always)]
fn is_of(seat: &Option<Seat>, provider: &Provider) -> bool {
    seat.as_ref().is_some_and(|seat| Arc::ptr_eq(&seat.provider.0, &provider.0))
}
