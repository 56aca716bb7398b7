//! JSON that has one meaning.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Why a text is not taken for JSON. It holds nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// More bytes than the caller allows.
    #[error("more than {at_most} bytes of JSON")]
    TooLong {
        /// So many are allowed.
        at_most: usize,
    },
    /// No JSON, nested deeper than 128, or an object that names a key twice.
    #[error("no JSON with one meaning: line {line}, column {column}")]
    Malformed {
        /// Where it was noticed.
        line: usize,
        /// Where it was noticed.
        column: usize,
    },
}

/// Reads JSON (RFC 8259) of at most `at_most` bytes. An object that names a key twice is refused: one reader takes the first value and
/// another the last, and what the guard looked at would not be what the tool gets. Nesting ends at 128.
///
/// ```
/// use stockade_guardrails::parse_json;
/// assert!(parse_json(r#"{"to": "me"}"#, 1000).is_ok());
/// assert!(parse_json(r#"{"to": "me", "to": "everybody"}"#, 1000).is_err());
/// ```
///
/// # Errors
/// [`JsonError`].
pub fn parse_json(text: &str, at_most: usize) -> Result<Value, JsonError> {
    if text.len() > at_most {
        return Err(JsonError::TooLong { at_most });
    }
    let malformed =
        |error: &serde_json::Error| JsonError::Malformed { line: error.line(), column: error.column() };
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Strict.deserialize(&mut reader).map_err(|error| malformed(&error))?;
    reader.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number out of range"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(self)? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(self)?;
            if map.insert(key, value).is_some() {
                return Err(A::Error::custom("a key twice"));
            }
        }
        Ok(map.into())
    }
}
