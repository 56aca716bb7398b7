//! A JSON object as it is written: every member, those that stand twice among them.

use serde::de::{MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;

/// A name and its value; `None` for what JSON can write and no value can hold, such as `1e999`.
pub type Member = (String, Option<Value>);

/// The members of an object in their order; `None` if the text is anything else.
#[must_use]
pub fn members(json: &[u8]) -> Option<Vec<Member>> {
    serde_json::from_slice::<Members>(json).ok().map(|object| object.0)
}

struct Members(Vec<Member>);

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some((name, raw)) = map.next_entry::<String, Box<RawValue>>()? {
            members.push((name, serde_json::from_str(raw.get()).ok()));
        }
        Ok(Members(members))
    }
}
