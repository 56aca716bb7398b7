//! API keys and codes of second factors, against the primitives underneath.

use super::Plan;
use crate::Failure;
use crate::measure::{Time, batch_size, in_turn, micros_each};
use crate::row::{Row, Unit};
use sha2::{Digest, Sha256};
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use stockade_authn::Authentication;
use stockade_authn::api_key::{
    ApiKeyConfig, ApiKeyName, ApiKeyPrefix, ApiKeys, Issuance, MemoryApiKeys, NewApiKey, WithoutRoles,
};
use stockade_authn::factor::{
    BackupCodes, BackupSet, CodeCheck, Enrolling, FactorConfig, MemoryFactors, PendingCheck, SecondFactors,
};
use stockade_authn::password::{Argon2Params, PasswordHasher, Peppers};
use stockade_core::{Clock, ManualClock, SubjectId, SystemClock, SystemEntropy, UnixMillis};
use stockade_crypto_at_rest::field::Fields;
use stockade_crypto_at_rest::ring::{KeyRing, Keys};

/// How long a batch lasts.
const BATCH_SECONDS: f64 = 0.02;

/// A key that was presented a moment ago, as a program presents it with each request.
pub(super) fn api_key(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let keys = ApiKeys::new(
        Arc::new(MemoryApiKeys::new()),
        Arc::new(WithoutRoles),
        ApiKeyConfig::new(ApiKeyPrefix::new("acme")?),
        Arc::new(SystemClock::new()),
        Arc::new(SystemEntropy),
    )?;
    let wanted = NewApiKey::new("ada".parse()?, ApiKeyName::parse("export")?, ["paper:read".parse()?]);
    let Issuance::Issued(issued) = now(keys.issue(wanted))?? else { return Err("no key was made".into()) };
    let text = issued.key.expose().as_str();
    let ours = || match keys.verify(black_box(text)) {
        Authentication::Ready(answer) => {
            black_box(answer?);
            Ok(())
        }
        // Once every few seconds the store is asked again, as in a service.
        pending => {
            black_box(now(pending.resolve())??);
            Ok(())
        }
    };
    let digest = || {
        black_box(Sha256::digest(black_box(text).as_bytes()));
        Ok(())
    };
    let runs = plan.runs(31);
    let (our_size, digest_size) = (batch_size(BATCH_SECONDS, ours)?, batch_size(BATCH_SECONDS, digest)?);
    let medians = in_turn(
        runs,
        || micros_each(Time::Cpu, our_size, ours),
        || micros_each(Time::Cpu, digest_size, digest),
    )?;
    Ok(Row::new(id, medians, "one SHA-256 of the key's text", Unit::Micros, runs))
}

/// A wrong code: the secret is opened, three steps are computed and compared. A right one costs the compare-and-set more, and is
/// right once in 30 seconds.
pub(super) fn totp(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let ring = KeyRing::generate(&SystemEntropy, &SystemClock::new())?;
    let factors = SecondFactors::new(
        Arc::new(MemoryFactors::new()),
        Arc::new(Fields::new(Keys::new(ring), Arc::new(SystemEntropy))),
        FactorConfig::new("compare"),
        clock.clone(),
        Arc::new(SystemEntropy),
    )?;
    let ada: SubjectId = "ada".parse()?;
    let app = enrol(&factors, &ada, &*clock)?;
    let wrong = (0..10)
        .map(|digit| format!("{digit}00000"))
        .find(|code| (-30..=30).step_by(30).all(|by| code_at(&app, &*clock, by) != *code))
        .ok_or("every code is right")?;
    let ours = || match now(factors.verify(&ada, black_box(&wrong)))?? {
        CodeCheck::Wrong => Ok(()),
        other => Err(format!("a wrong code was judged {other:?}").into()),
    };
    let raw = || {
        let seconds = clock.now().as_secs();
        for by in [0, 30, 60] {
            black_box(app.check(black_box(&wrong), seconds - 30 + by));
        }
        Ok(())
    };
    let runs = plan.runs(31);
    let (our_size, raw_size) = (batch_size(BATCH_SECONDS, ours)?, batch_size(BATCH_SECONDS, raw)?);
    let medians =
        in_turn(runs, || micros_each(Time::Cpu, our_size, ours), || micros_each(Time::Cpu, raw_size, raw))?;
    Ok(Row::new(id, medians, "totp-rs, three steps", Unit::Micros, runs))
}

fn enrol(factors: &SecondFactors, ada: &SubjectId, clock: &dyn Clock) -> Result<totp_rs::Totp, Failure> {
    let Enrolling::Begun(enrolment) = now(factors.begin(ada, "ada@example.org"))?? else {
        return Err("nothing was begun".into());
    };
    let url = enrolment.uri.expose();
    let app = totp_rs::Totp::from_url(url).map_err(|error| format!("no authenticator: {error:?}"))?;
    let code = code_at(&app, clock, 0);
    let PendingCheck::Right(proof) = now(factors.check_pending(ada, &code))?? else {
        return Err("the first code was wrong".into());
    };
    let hasher =
        PasswordHasher::new(Argon2Params::insecure_for_tests(), Peppers::none(), Arc::new(SystemEntropy))?;
    let codes = BackupSet::hash(&BackupCodes::generate(&SystemEntropy)?, &hasher, &SystemEntropy)?;
    let _ = now(factors.confirm(proof, codes))??;
    Ok(app)
}

fn code_at(app: &totp_rs::Totp, clock: &dyn Clock, by: i64) -> String {
    app.generate(clock.now().as_secs().saturating_add_signed(by)).to_string()
}

/// What a future over stores in memory gives: it never waits.
fn now<T>(future: impl Future<Output = T>) -> Result<T, Failure> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => Err("a store in memory made somebody wait".into()),
    }
}
