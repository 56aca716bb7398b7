//! Second factors and one-time tokens on SQLite: what outlives a process, and what is never good twice.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]

mod kill;
#[path = "../support/killed.rs"]
mod killed;
mod races;
mod rest;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;
use stockade_authn::factor::{BackupDigest, BackupSet, FactorId, PendingTotp, SealedTotp};
use stockade_authn::one_time::{Bound, OneTimeDigest, OneTimeRecord, Purpose};
use stockade_authn::password::{Argon2Params, Derivation};
use stockade_core::{SubjectId, UnixMillis};

fn start() -> UnixMillis {
    UnixMillis::from_secs(1_700_000_000)
}

fn subject(n: u32) -> SubjectId {
    format!("user-{n}").parse().unwrap()
}

/// Names that are the same in every process.
fn name<const N: usize>(n: u32, i: u8) -> [u8; N] {
    let mut bytes = [i; N];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    bytes
}

fn pending(n: u32) -> PendingTotp {
    PendingTotp {
        id: FactorId::from_bytes(name(n, 0)),
        sealed: SealedTotp::from_bytes(vec![7; 60]),
        expires_at: start().plus(Duration::from_secs(600)),
    }
}

/// The ten codes of the subject's first or second set.
fn codes(n: u32, set: u8) -> BackupSet {
    BackupSet {
        id: FactorId::from_bytes(name(n, set)),
        salt: [set; 16],
        derivation: Derivation { params: Argon2Params::insecure_for_tests(), pepper: None },
        digests: (0..10).map(|i| BackupDigest::from_bytes(name(n, set * 16 + i))).collect(),
    }
}

fn token(n: u32, purpose: Purpose) -> OneTimeRecord {
    OneTimeRecord {
        digest: OneTimeDigest::from_bytes(name(n, 0)),
        purpose,
        subject: subject(n),
        bound: Bound::new("v1").unwrap(),
        issued_at: start(),
        expires_at: start().plus(Duration::from_secs(600)),
        attempts_left: purpose.attempts().get(),
    }
}
