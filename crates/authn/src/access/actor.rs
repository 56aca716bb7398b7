//! The `act` claim: who acts in the subject's name.

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use std::borrow::Cow;
use std::fmt;
use stockade_core::SubjectId;

/// RFC 8693 §4.1, and of it only `{"sub": …}`: one actor, by name. A chain of actors (`act` within `act`) is refused with every
/// other member: nobody impersonates out of an impersonation.
pub(super) struct Actor(pub(super) SubjectId);

impl serde::Serialize for Actor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("sub", &self.0)?;
        map.end()
    }
}

impl<'de> serde::Deserialize<'de> for Actor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Member)
    }
}

struct Member;

impl<'de> Visitor<'de> for Member {
    type Value = Actor;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the one member `sub`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Actor, A::Error> {
        let sub = match map.next_key::<Cow<'de, str>>()? {
            Some(name) if name == "sub" => map.next_value()?,
            _ => return Err(A::Error::missing_field("sub")),
        };
        match map.next_key::<Cow<'de, str>>()? {
            None => Ok(Actor(sub)),
            Some(_) => Err(A::Error::custom("an actor has one member")),
        }
    }
}
