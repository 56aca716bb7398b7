//! Exactly so many probes, whoever asks, and whatever becomes of them.

use super::*;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const CALLERS: usize = 10_000;

fn due(probes: u8) -> (Arc<ManualClock>, Provider) {
    let clock = clock();
    let provider = provider(Config { probes, healthy_after: 1000, ..config() }, &clock);
    trip(&provider);
    clock.advance(300 * SECOND);
    (clock, provider)
}

/// All ask at once, and hold what they got until all have asked.
async fn winners(provider: &Provider) -> Vec<Permit> {
    let asked = Arc::new(Barrier::new(CALLERS));
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let (provider, asked) = (provider.clone(), asked.clone());
        callers.spawn(async move {
            asked.wait().await;
            provider.acquire_owned().ok()
        });
    }
    callers.join_all().await.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_race_of_ten_thousand_callers_has_exactly_n_winners() {
    for probes in [1, 3, 64] {
        let (_, provider) = due(probes);
        let permits = winners(&provider).await;
        assert_eq!(permits.len(), usize::from(probes));
        assert_eq!(provider.stats().probes, usize::from(probes));
        drop(permits);
        assert_eq!(provider.stats().probes, 0);
        assert_eq!(winners(&provider).await.len(), usize::from(probes), "nothing was leaked");
    }
}

struct Holding(Arc<AtomicUsize>);

impl Holding {
    fn one_more(held: &Arc<AtomicUsize>, most: &AtomicUsize) -> Self {
        most.fetch_max(held.fetch_add(1, SeqCst) + 1, SeqCst);
        Self(held.clone())
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// Ten thousand tasks take a permit each as soon as they can; a third of them is aborted while it holds one, a third panics.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn cancellations_and_panics_leak_no_permit() {
    const PROBES: usize = 5;
    let (_, provider) = due(PROBES as u8);
    let (held, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut tasks = JoinSet::new();
    for task in 0..CALLERS {
        let (provider, held, most) = (provider.clone(), held.clone(), most.clone());
        tasks.spawn(async move {
            let permit = loop {
                match provider.acquire_owned() {
                    Ok(permit) => break permit,
                    Err(_) => tokio::task::yield_now().await,
                }
            };
            // Declared after the permit, and so gone before it, however the task ends.
            let holding = Holding::one_more(&held, &most);
            tokio::task::yield_now().await;
            drop(holding);
            match task % 3 {
                0 => _ = permit.record(Outcome::ClientFault),
                1 => drop(permit),
                _ => {
                    let call = AssertUnwindSafe(move || {
                        let _held = permit;
                        std::panic::resume_unwind(Box::new("the caller's bug"));
                    });
                    assert!(std::panic::catch_unwind(call).is_err());
                }
            }
        });
    }
    // Some are gone while they wait, some while they hold.
    let mut ended = 0;
    while let Some(result) = tasks.join_next().await {
        ended += 1;
        assert!(result.as_ref().map_or_else(tokio::task::JoinError::is_cancelled, |()| true));
        if ended == CALLERS / 2 {
            tasks.abort_all();
        }
    }
    assert!(most.load(SeqCst) <= PROBES);
    assert_eq!(provider.stats().probes, 0);
    let all: Vec<_> = (0..PROBES).map(|_| provider.acquire().unwrap()).collect();
    assert!(provider.acquire().is_err());
    drop(all);
}

#[test]
fn race_of_threads_between_trips_and_reports_keeps_the_number() {
    let (clock, provider) = due(4);
    let (out, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (provider, out, most) = (&provider, &out, &most);
            scope.spawn(move || {
                for turn in 0..2_000 {
                    if let Ok(permit) = provider.acquire() {
                        most.fetch_max(out.fetch_add(1, SeqCst) + 1, SeqCst);
                        std::thread::yield_now();
                        out.fetch_sub(1, SeqCst);
                        let _ = permit.record(if (turn + thread) % 5 == 0 {
                            Outcome::Cancelled
                        } else {
                            Outcome::ClientFault
                        });
                    }
                }
            });
        }
    });
    assert!((1..=4).contains(&most.load(SeqCst)));
    assert_eq!(provider.stats().probes, 0);
    clock.advance(SECOND);
    assert!(provider.is_available());
}
