//! Access tokens against the library underneath.

use super::Plan;
use crate::Failure;
use crate::measure::{Time, batch_size, in_turn, micros_each};
use crate::rig::{Tokens, key, new_authenticator};
use crate::row::{Row, Unit};
use std::hint::black_box;
use stockade_authn::jose::Algorithm;
use stockade_authn::{Authenticate, Authentication};

const PEER: &str = "jsonwebtoken::decode";

/// How long a batch lasts.
const BATCH_SECONDS: f64 = 0.02;

pub(super) fn verify(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let algorithm = match id {
        "authn.verify.hs256" => Algorithm::Hs256,
        "authn.verify.es256" => Algorithm::Es256,
        "authn.verify.rs256" => Algorithm::Rs256,
        _ => Algorithm::EdDsa,
    };
    let tokens = Tokens::new(key(algorithm)?)?;
    let runs = plan.runs(31);
    let ours = || {
        black_box(tokens.verifier.verify(black_box(&tokens.token))?);
        Ok(())
    };
    let raw = || {
        black_box(tokens.decode_raw()?);
        Ok(())
    };
    let size = batch_size(BATCH_SECONDS, raw)?;
    let medians = in_turn(runs, || micros_each(Time::Cpu, size, ours), || micros_each(Time::Cpu, size, raw))?;
    Ok(Row::new(id, medians, PEER, Unit::Micros, runs))
}

pub(super) fn authenticate_cached(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let mut tokens = Tokens::new(key(Algorithm::EdDsa)?)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let authenticator = runtime.block_on(new_authenticator(&mut tokens))?;
    let ours = || match authenticator.authenticate(black_box(&tokens.token)) {
        Authentication::Ready(answer) => {
            black_box(answer?);
            Ok(())
        }
        // Once every few seconds the session's standing is asked for again, as in a service.
        pending => {
            black_box(runtime.block_on(pending.resolve())?);
            Ok(())
        }
    };
    let raw = || {
        black_box(tokens.decode_raw()?);
        Ok(())
    };
    let runs = plan.runs(31);
    let (our_size, raw_size) = (batch_size(BATCH_SECONDS, ours)?, batch_size(BATCH_SECONDS, raw)?);
    let medians =
        in_turn(runs, || micros_each(Time::Cpu, our_size, ours), || micros_each(Time::Cpu, raw_size, raw))?;
    Ok(Row::new(id, medians, PEER, Unit::Micros, runs))
}
