//! The faces, from outside: whole files, sealed and opened, attacked, interrupted.

mod attacks;
mod crash;
mod faces;
mod peer;

use super::*;
use std::path::Path;
use stockade_core::SystemEntropy;
use stockade_testkit::SeededEntropy;

/// Somebody to seal for.
fn identity() -> X25519Identity {
    X25519Identity::generate(&SeededEntropy::new(1)).unwrap()
}

/// So many octets, no two chunks alike.
fn text(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at as u32).wrapping_mul(2_654_435_761).to_be_bytes()[at % 4]).collect()
}

fn sealed(text: &[u8]) -> Vec<u8> {
    Sealer::new(vec![&identity().recipient()], &SystemEntropy).bytes(text).unwrap()
}

fn unsynced() -> WriteOptions {
    WriteOptions::default().durability(Durability::Unsynced)
}

/// What lies in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
