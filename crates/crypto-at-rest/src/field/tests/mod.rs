use super::*;
use crate::ring::{KeyId, KeyRing, Keys};
use std::sync::Arc;
use stockade_core::{SystemEntropy, TenantId};
use stockade_testkit::{NoEntropy, SeededEntropy, test_clock};

mod attacks;
mod blind;
mod deterministic;
mod keys;
mod laws;
mod nonces;
mod padding;
mod sealed;
mod vectors;
mod wycheproof;

const NAME: Column = Column::new("patients", "name");

fn acme() -> TenantId {
    "acme".parse().unwrap()
}

fn ring(seed: u64) -> KeyRing {
    KeyRing::generate(&SeededEntropy::new(seed), &test_clock()).unwrap()
}

fn fields(seed: u64) -> Fields {
    Fields::new(Keys::new(ring(seed)), Arc::new(SystemEntropy))
}

/// Puts a new key in front, and gives its id.
fn rotate(fields: &Fields) -> KeyId {
    let mut ring = (*fields.keys.current()).clone();
    let id = ring.rotate(&SystemEntropy, &test_clock()).unwrap();
    fields.keys.replace(ring).unwrap();
    id
}

fn destroy(fields: &Fields, id: KeyId) {
    let mut ring = (*fields.keys.current()).clone();
    let _ = ring.destroy(id, &test_clock()).unwrap();
    fields.keys.replace(ring).unwrap();
}
