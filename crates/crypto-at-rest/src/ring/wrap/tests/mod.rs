//! Attacks on wrappers.

mod command;
mod local;
#[cfg(feature = "vault")]
mod vault;

use super::WrapperName;
use stockade_core::Secret;

pub(super) fn key() -> Secret<[u8; 32]> {
    Secret::new(std::array::from_fn(|i| i as u8))
}

#[test]
fn injection_a_name_cannot_forge_a_line() {
    assert!("vault:https://vault.internal:8200/transit/keys/ring_1@v2".parse::<WrapperName>().is_ok());
    let long = "x".repeat(129);
    for name in ["", "a b", "a\"", "a\\", "a\nb", "a#", "ä", &long] {
        assert!(name.parse::<WrapperName>().is_err(), "{name:?}");
    }
}
