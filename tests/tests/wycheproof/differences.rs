//! Where we refuse what Wycheproof calls valid, and why. There is no list of the opposite: nothing invalid is accepted.

use super::vectors::{Expected, Group, Vector};

/// The algorithms on offer; see `stockade::authn::jose::Algorithm`.
const OFFERED: [&str; 4] = ["EdDSA", "ES256", "RS256", "HS256"];

/// Why a valid vector is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Its algorithm is not on offer: fewer algorithms are fewer ways to be confused.
    Algorithm,
    /// Its HS256 key is 32 zero bytes: a key that somebody could guess is refused when it is loaded.
    WeakKey,
}

pub(super) fn reason_to_refuse(group: &Group, vector: &Vector) -> Option<Reason> {
    if vector.result == Expected::Invalid {
        return None;
    }
    if group.algorithms().iter().any(|algorithm| !OFFERED.contains(algorithm)) {
        return Some(Reason::Algorithm);
    }
    (group.comment == "base64").then_some(Reason::WeakKey)
}
