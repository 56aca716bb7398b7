//! One name, one value.

use super::ClaimError;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// The most names in a token's claims.
const MAX_MEMBERS: usize = 64;

/// Refuses a JSON object in which a name stands twice: two readers could take different values from it (ASVS 1.5.3).
/// Names are compared after their escapes are undone.
pub(super) fn check_unique_members(json: &str) -> Result<(), ClaimError> {
    serde_json::from_str::<Unique>(json).map(|_| ()).map_err(|_| ClaimError::Malformed)
}

struct Unique;

impl<'de> serde::Deserialize<'de> for Unique {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unique, A::Error> {
        let mut seen: Vec<Cow<'de, str>> = Vec::with_capacity(16);
        while let Some(Name(name)) = map.next_key()? {
            if seen.len() == MAX_MEMBERS || seen.contains(&name) {
                return Err(serde::de::Error::custom("a name stands twice, or there are too many"));
            }
            seen.push(name);
            map.next_value::<IgnoredAny>()?;
        }
        Ok(Unique)
    }
}

/// `Cow` alone would always copy; this borrows where the name has no escapes.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);
