//! A flood that does not wait for answers, and somebody who waits for theirs.

use super::load::{Connection, Request};
use crate::Failure;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// The most requests that wait for an answer at once.
const MOST_OPEN: usize = 256;

/// Requests at a fixed rate, whatever becomes of them.
#[derive(Debug, Clone)]
pub struct Flood {
    /// Whom to flood.
    pub server: SocketAddr,
    /// With what.
    pub request: Request,
    /// How often a second.
    pub rate: f64,
}

impl Flood {
    /// Does `work` while the flood goes on from another thread; lets a second of flood go before.
    ///
    /// # Errors
    /// Those of `work`, or the flood could not be begun.
    pub fn during<T>(&self, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        let over = Arc::new(AtomicBool::new(false));
        let (flood, its_end) = (self.clone(), Arc::clone(&over));
        let thread = std::thread::spawn(move || flood.run(&its_end));
        std::thread::sleep(Duration::from_secs(1));
        let result = work();
        over.store(true, Ordering::Relaxed);
        thread.join().map_err(|_| "the flood broke off")?.map_err(Failure::from)?;
        result
    }

    fn run(&self, over: &AtomicBool) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(|error| error.to_string())?.block_on(async {
            let open = Arc::new(Semaphore::new(MOST_OPEN));
            let mut tick = tokio::time::interval(Duration::from_secs_f64(1.0 / self.rate));
            while !over.load(Ordering::Relaxed) {
                tick.tick().await;
                let Ok(place) = Arc::clone(&open).try_acquire_owned() else { continue };
                let (server, request) = (self.server, self.request.clone());
                tokio::spawn(async move {
                    // Turned away or not: a flood does not mind.
                    if let Ok(mut connection) = Connection::open(server).await {
                        let _ = connection.exchange(&request).await;
                    }
                    drop(place);
                });
            }
            Ok(())
        })
    }

    /// So many requests from so many clients, each as soon as the last one is answered.
    ///
    /// # Errors
    /// A connection fails.
    pub fn burst(server: SocketAddr, request: &Request, count: u32, clients: u32) -> Result<(), Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..clients {
                let request = request.clone();
                tasks.spawn(async move {
                    let mut connection = Connection::open(server).await?;
                    for _ in 0..count / clients {
                        connection.exchange(&request).await?;
                    }
                    Ok::<_, Failure>(())
                });
            }
            while let Some(done) = tasks.join_next().await {
                done??;
            }
            Ok(())
        })
    }
}

/// Somebody who asks again and again, with a pause in between, and waits for each answer.
#[derive(Debug, Clone)]
pub struct Latency {
    server: SocketAddr,
    request: Request,
}

impl Latency {
    const SAMPLES: usize = 500;
    const PAUSE: Duration = Duration::from_millis(2);

    /// Asks `server`.
    #[must_use]
    pub fn of(request: Request, server: SocketAddr) -> Self {
        Self { server, request }
    }

    /// The 99th percentile of the time to an answer, in milliseconds.
    ///
    /// # Errors
    /// An answer is not 200.
    pub fn p99(&self) -> Result<f64, Failure> {
        let seconds = self.sorted(Self::SAMPLES, Some(Self::PAUSE))?;
        Ok(seconds[seconds.len() * 99 / 100] * 1e3)
    }

    /// The median of the time to one of `count` answers, in microseconds: each is asked for when the last one is there.
    ///
    /// # Errors
    /// An answer is not 200, or none is asked for.
    pub fn p50_micros(&self, count: usize) -> Result<f64, Failure> {
        let seconds = self.sorted(count, None)?;
        Ok(seconds.get(count / 2).ok_or("no answers, no median")? * 1e6)
    }

    fn sorted(&self, count: usize, pause: Option<Duration>) -> Result<Vec<f64>, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut seconds = runtime.block_on(async {
            let mut connection = Connection::open(self.server).await?;
            let mut seconds = Vec::with_capacity(count);
            for _ in 0..count {
                let start = Instant::now();
                let status = connection.exchange(&self.request).await?;
                seconds.push(start.elapsed().as_secs_f64());
                if status != 200 {
                    return Err(Failure::from(format!("an answer with {status}")));
                }
                if let Some(pause) = pause {
                    tokio::time::sleep(pause).await;
                }
            }
            Ok(seconds)
        })?;
        seconds.sort_by(f64::total_cmp);
        Ok(seconds)
    }
}
