//! Whether the time of an answer tells who has an account.

mod service;

use crate::Failure;
use crate::rank::RankTest;
use service::Service;
use std::time::{Duration, Instant};

/// One question, asked about an address that has an account and about one that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// A login with a wrong password.
    Login,
    /// A sign-up.
    SignUp,
    /// A reset of the password.
    Reset,
    /// The verification mail once more.
    Resend,
    /// The second half of a login, with two tokens of the right form that were never issued: nobody who has no genuine one learns
    /// anything here.
    Mfa,
}

/// What came of asking.
#[derive(Debug, Clone)]
pub struct Finding {
    /// How many answers of each sort.
    pub samples: usize,
    /// The median answer about the known one.
    pub known: Duration,
    /// The median answer about the unknown one.
    pub unknown: Duration,
    /// Whether they can be told apart.
    pub rank: RankTest,
}

impl Question {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Login, Self::SignUp, Self::Reset, Self::Resend, Self::Mfa];

    /// Its name in the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::SignUp => "signup",
            Self::Reset => "password-reset/request",
            Self::Resend => "verify-email/resend",
            Self::Mfa => "mfa/complete",
        }
    }

    /// Asks `samples` times about each, in turn, in an order that changes from pair to pair. Answers are those of the flows over
    /// SQLite, without HTTP, and with a password hash that takes next to nothing: whatever difference there is shows more than it
    /// would in a service.
    ///
    /// # Errors
    /// The service cannot be set up, or answers otherwise than it must.
    pub fn ask(self, samples: usize) -> Result<Finding, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.block_on(async {
            let service = Service::start().await?;
            let (mut known, mut unknown) = (Vec::with_capacity(samples), Vec::with_capacity(samples));
            for round in 0..samples + WARM_UP {
                for turn in 0..2 {
                    let about_known = (round + turn) % 2 == 0;
                    let asked = service.prepare(self, about_known, round).await?;
                    let start = Instant::now();
                    service.ask(asked).await?;
                    let taken = start.elapsed().as_secs_f64();
                    // What goes on after the answer must not disturb the next one.
                    service.settle().await;
                    if round >= WARM_UP {
                        if about_known { &mut known } else { &mut unknown }.push(taken);
                    }
                }
            }
            let rank = RankTest::of(&known, &unknown);
            Ok(Finding { samples, known: median(known), unknown: median(unknown), rank })
        })
    }
}

const WARM_UP: usize = 50;

fn median(mut seconds: Vec<f64>) -> Duration {
    seconds.sort_by(f64::total_cmp);
    Duration::from_secs_f64(seconds.get(seconds.len() / 2).copied().unwrap_or_default())
}
