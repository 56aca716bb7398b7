//! The names of things: random, so that nobody counts patients by them; time-ordered, so that a list needs no other order.

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::str::FromStr;
use stockade::core::{Entropy, EntropyError, Resource, UnixMillis};
use uuid::Uuid;

/// A text that names nothing.
#[derive(Debug)]
pub(crate) struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id")
    }
}

impl std::error::Error for InvalidId {}

/// Declares an id of its own type, so that an image's cannot stand where a patient's belongs.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub(crate) struct $name(Uuid);

        impl $name {
            pub(crate) fn generate(now: UnixMillis, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
                time_ordered(now, entropy).map(Self)
            }

            /// As an event names it.
            pub(crate) fn resource(self) -> Resource {
                Resource::new($kind, self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                spelt(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id! {
    /// A patient.
    PatientId, "patient"
}
id! {
    /// An image of a patient.
    ImageId, "image"
}
id! {
    /// A question to the assistant.
    ChatId, "chat"
}
id! {
    /// What somebody found.
    AnalysisId, "analysis"
}

/// A UUID version 7 (RFC 9562 §5.7).
fn time_ordered(now: UnixMillis, entropy: &dyn Entropy) -> Result<Uuid, EntropyError> {
    let mut random = [0; 10];
    entropy.fill(&mut random)?;
    Ok(uuid::Builder::from_unix_timestamp_millis(now.as_millis(), &random).into_uuid())
}

/// One id has one spelling: hyphenated, lower case. It becomes part of a file's name and of what a cell is bound to.
fn spelt(text: &str) -> Result<Uuid, InvalidId> {
    let id = Uuid::try_parse(text).map_err(|_| InvalidId)?;
    let mut canonical = Uuid::encode_buffer();
    if *text == *id.hyphenated().encode_lower(&mut canonical) { Ok(id) } else { Err(InvalidId) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confusion_an_id_has_one_spelling() {
        let id = "01a2016a-2eeb-74a4-b787-37772d90c8af";
        assert_eq!(id.parse::<PatientId>().unwrap().to_string(), id);
        for other in [
            "01A2016A-2EEB-74A4-B787-37772D90C8AF",
            "01a2016a2eeb74a4b78737772d90c8af",
            "{01a2016a-2eeb-74a4-b787-37772d90c8af}",
            "urn:uuid:01a2016a-2eeb-74a4-b787-37772d90c8af",
            "../../../../../../etc/passwd",
            "",
        ] {
            assert!(other.parse::<PatientId>().is_err(), "{other}");
        }
    }
}
