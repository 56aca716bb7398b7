//! The hash of a login.

use crate::Failure;
use crate::measure::{Time, in_turn};
use crate::row::{Row, Unit};
use crate::rows::Plan;
use argon2::{Algorithm, Argon2, Params, Version};
use std::hint::black_box;
use std::sync::Arc;
use stockade_authn::password::{
    Argon2Params, Password, PasswordHasher, PasswordPolicy, Peppers, Verification,
};
use stockade_core::SystemEntropy;

const PASSWORD: &str = "correct horse battery staple";

/// Ours verifies a stored hash, with all that belongs to it; the peer computes one of the same cost into a buffer.
pub(in crate::rows) fn login_hash(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let cost = Argon2Params::default();
    let hasher = PasswordHasher::new(cost, Peppers::none(), Arc::new(SystemEntropy))?;
    let typed = Password::new(PASSWORD.to_owned())?;
    let stored = hasher.hash(&PasswordPolicy::default().accept(typed.clone())?)?;
    let ours = || match hasher.verify(black_box(&typed), Some(&stored))? {
        Verification::Match => Ok(()),
        other => Err(format!("the right password is a {other:?}").into()),
    };
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32))?;
    let plain = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let peer = || {
        let mut hash = [0; 32];
        plain.hash_password_into(black_box(PASSWORD).as_bytes(), b"sixteen bytes ok", &mut hash)?;
        black_box(hash);
        Ok(())
    };
    let runs = plan.runs(51);
    let millis = |work: &dyn Fn() -> Result<(), Failure>| Ok(Time::Cpu.of(work)? * 1e3);
    let medians = in_turn(runs, || millis(&ours), || millis(&peer))?;
    Ok(Row::new(id, medians, "argon2, a call of its own", Unit::Millis, runs))
}
