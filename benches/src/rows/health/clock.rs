use crate::Failure;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use stockade_core::SystemClock;
use stockade_provider_health::CoarseClock;

/// A clock that costs a load, ticked every millisecond by a thread of its own until this is gone.
pub(super) struct Ticking {
    clock: Arc<CoarseClock>,
    over: Arc<AtomicBool>,
    ticker: Option<JoinHandle<()>>,
}

impl Ticking {
    pub(super) fn start() -> Result<Self, Failure> {
        let clock = Arc::new(CoarseClock::new(Arc::new(SystemClock::new())));
        let over = Arc::new(AtomicBool::new(false));
        let (ticked, its_end) = (clock.clone(), over.clone());
        let ticker = std::thread::Builder::new().name("ticker".to_owned()).spawn(move || {
            while !its_end.load(Ordering::Relaxed) {
                ticked.tick();
                std::thread::sleep(Duration::from_millis(1));
            }
        })?;
        Ok(Self { clock, over, ticker: Some(ticker) })
    }

    pub(super) fn clock(&self) -> Arc<CoarseClock> {
        self.clock.clone()
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // It ends within a millisecond, and has nothing to say.
        let _ = self.ticker.take().map(JoinHandle::join);
    }
}
