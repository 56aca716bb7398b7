mod backup;
mod config;
mod enrolling;
#[cfg(feature = "qr")]
mod qr;
mod typed;
mod verifying;

use super::*;
use crate::password::{Argon2Params, PasswordHasher, Peppers};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{
    Clock, Entropy, EntropyError, ManualClock, Seal, SealContext, SealError, Secret, SubjectId,
    SystemEntropy, UnixMillis,
};

const STEP: Duration = Duration::from_secs(30);

#[cfg(feature = "laws")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_memory_store_keeps_the_laws() {
    laws::all(Arc::new(MemoryFactors::new())).await;
}

/// Binds the context as a seal has to, and hides nothing.
#[derive(Debug)]
struct TestSeal;

impl Seal for TestSeal {
    fn seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        Ok([&context.to_bytes(), plaintext].concat())
    }

    fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        let plaintext = sealed.strip_prefix(&*context.to_bytes()).ok_or(SealError::Refused)?;
        Ok(Secret::new(plaintext.to_vec()))
    }
}

/// The same byte for ever: a broken generator.
#[derive(Debug)]
struct Repeating(u8);

impl Entropy for Repeating {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        buffer.fill(self.0);
        Ok(())
    }
}

#[derive(Debug)]
struct NoEntropy;

impl Entropy for NoEntropy {
    fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError)
    }
}

fn start() -> UnixMillis {
    UnixMillis::from_secs(1_700_000_010)
}

fn ada() -> SubjectId {
    "ada".parse().unwrap()
}

fn hasher() -> PasswordHasher {
    PasswordHasher::new(Argon2Params::insecure_for_tests(), Peppers::none(), Arc::new(SystemEntropy)).unwrap()
}

fn fresh_set() -> BackupSet {
    BackupSet::hash(&BackupCodes::generate(&SystemEntropy).unwrap(), &hasher(), &SystemEntropy).unwrap()
}

struct Bench {
    store: Arc<MemoryFactors>,
    clock: Arc<ManualClock>,
    factors: SecondFactors,
}

fn bench() -> Bench {
    bench_with(FactorConfig::new("Stockade"), Arc::new(SystemEntropy))
}

fn bench_with(config: FactorConfig, entropy: Arc<dyn Entropy>) -> Bench {
    let (store, clock) = (Arc::new(MemoryFactors::new()), Arc::new(ManualClock::at(start())));
    let factors =
        SecondFactors::new(store.clone(), Arc::new(TestSeal), config, clock.clone(), entropy).unwrap();
    Bench { store, clock, factors }
}

/// An authenticator app that has read the QR code.
struct App(totp_rs::Totp);

impl App {
    fn scan(enrolment: &Enrolment) -> Self {
        Self(totp_rs::Totp::from_url(enrolment.uri.expose()).unwrap())
    }

    fn code_at(&self, time: UnixMillis) -> String {
        self.0.generate(time.as_secs()).to_string()
    }
}

impl Bench {
    async fn begin(&self, subject: &SubjectId) -> Enrolment {
        match self.factors.begin(subject, "ada@example.org").await.unwrap() {
            Enrolling::Begun(enrolment) => enrolment,
            Enrolling::AlreadyEnrolled => panic!("enrolled already"),
        }
    }

    async fn prove(&self, subject: &SubjectId, code: &str) -> PendingProof {
        match self.factors.check_pending(subject, code).await.unwrap() {
            PendingCheck::Right(proof) => proof,
            other => panic!("{other:?}"),
        }
    }

    /// Enrols, lets a step pass so that the next code is a fresh one, and gives the app.
    async fn enrol(&self, subject: &SubjectId, codes: BackupSet) -> App {
        let app = App::scan(&self.begin(subject).await);
        let proof = self.prove(subject, &app.code_at(self.clock.now())).await;
        assert_eq!(self.factors.confirm(proof, codes).await.unwrap(), Confirmation::Confirmed);
        self.clock.advance(STEP);
        app
    }

    async fn verify(&self, subject: &SubjectId, code: &str) -> CodeCheck {
        self.factors.verify(subject, code).await.unwrap()
    }
}
