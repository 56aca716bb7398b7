//! The hash of a login.

use crate::Failure;
use crate::measure::{Time, in_turn};
use crate::peers::Asked;
use crate::row::{Row, Unit};
use crate::rows::Plan;
use argon2::{Algorithm, Argon2, Params, Version};
use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;
use stockade_authn::password::{
    Argon2Params, Password, PasswordContext, PasswordHasher, PasswordPolicy, Peppers, Verification,
};
use stockade_core::SystemEntropy;

const PASSWORD: &str = "correct horse battery staple";

/// Ours verifies a stored hash, with all that belongs to it; the peer computes one of the same cost into a buffer.
pub(in crate::rows) fn login_hash(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    if id.ends_with(".returned") {
        let mut command = Command::new(std::env::current_exe()?);
        // glibc's: blocks above this size are asked of the system one by one, and given back one by one.
        command.arg("hash-plainly").env("MALLOC_MMAP_THRESHOLD_", "131072");
        let mut peer = Asked::start(command)?;
        return compare(id, plan, "argon2, memory asked of the system each time", &mut || {
            Ok(peer.micros_each(1)? / 1e3)
        });
    }
    let mut plain = plain()?;
    compare(id, plan, "argon2, memory kept by the allocator", &mut || Ok(Time::Cpu.of(&mut plain)? * 1e3))
}

fn compare(
    id: &'static str,
    plan: &Plan,
    name: &'static str,
    peer: &mut dyn FnMut() -> Result<f64, Failure>,
) -> Result<Row, Failure> {
    let hasher = PasswordHasher::new(Argon2Params::default(), Peppers::none(), Arc::new(SystemEntropy))?;
    let typed = Password::new(PASSWORD.to_owned())?;
    let stored =
        hasher.hash(&PasswordPolicy::default().accept(typed.clone(), &PasswordContext::default())?)?;
    let ours = || match hasher.verify(black_box(&typed), Some(&stored))? {
        Verification::Match => Ok(()),
        other => Err(format!("the right password is a {other:?}").into()),
    };
    let runs = plan.runs(51);
    let medians = in_turn(runs, || Ok(Time::Cpu.of(ours)? * 1e3), peer)?;
    Ok(Row::new(id, medians, name, Unit::Millis, runs))
}

/// The crate, called as its first example does.
pub(crate) fn plain() -> Result<impl FnMut() -> Result<(), Failure>, Failure> {
    let cost = Argon2Params::default();
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    Ok(move || {
        let mut hash = [0; 32];
        argon2.hash_password_into(black_box(PASSWORD).as_bytes(), b"sixteen bytes ok", &mut hash)?;
        black_box(hash);
        Ok(())
    })
}
