//! Holding arguments to a schema.

use super::Schema;
use super::json::{JsonError, parse_json};
use super::schema::{Kind, Node};
use serde_json::Value;
use std::fmt::Write;

/// Why arguments do not fit. It names places by the words of the schema, never by what the model wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgumentsError {
    /// They are no JSON, or no JSON with one meaning.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A value that its schema does not allow.
    #[error("{problem} at `{place}`")]
    Value {
        /// Where, as a JSON Pointer (RFC 6901).
        place: String,
        /// What is wrong.
        problem: ArgumentProblem,
    },
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgumentProblem {
    /// A value of another type.
    #[error("another type")]
    Type,
    /// A required property that is not there.
    #[error("a required property that is missing")]
    Missing,
    /// A property that the schema does not know.
    #[error("a property that the schema does not know")]
    Unknown,
    /// A value that is not in the list.
    #[error("a value that is not in the list")]
    NotListed,
    /// A number, a length or a count outside its bounds.
    #[error("a number, a length or a count outside its bounds")]
    Bounds,
}

/// A place in the arguments, as long as nothing is wrong with it not yet spelled out.
#[derive(Clone, Copy)]
enum Place<'a> {
    Root,
    Property(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl Schema {
    /// Reads `arguments`, at most `at_most` bytes of JSON, and holds them to this schema. Costs one pass.
    ///
    /// # Errors
    /// [`ArgumentsError`]: the first thing wrong.
    pub fn check(&self, arguments: &str, at_most: usize) -> Result<Value, ArgumentsError> {
        // Some providers send nothing where a tool takes nothing.
        let text = if arguments.trim().is_empty() { "{}" } else { arguments };
        let value = parse_json(text, at_most)?;
        self.check_value(&value)?;
        Ok(value)
    }

    /// Holds `value` to this schema.
    ///
    /// # Errors
    /// [`ArgumentsError::Value`]: the first thing wrong.
    pub fn check_value(&self, value: &Value) -> Result<(), ArgumentsError> {
        self.root.check(value, Place::Root)
    }
}

impl Node {
    fn check(&self, value: &Value, place: Place<'_>) -> Result<(), ArgumentsError> {
        use ArgumentProblem::{Bounds, Missing, NotListed, Type, Unknown};
        if self.kind.is_some_and(|kind| !kind.is_of(value)) {
            return place.fault(Type);
        }
        if self.one_of.as_ref().is_some_and(|values| !values.contains(value)) {
            return place.fault(NotListed);
        }
        let bounded = match value {
            Value::Number(number) => number.as_f64().is_some_and(|number| self.number.holds(&number)),
            Value::String(text) => self.length.holds(&(text.chars().count() as u64)),
            Value::Array(items) => self.count.holds(&(items.len() as u64)),
            _ => true,
        };
        if !bounded {
            return place.fault(Bounds);
        }
        match value {
            Value::Object(properties) => {
                if let Some(name) = self.required.iter().find(|name| !properties.contains_key(*name)) {
                    return Place::Property(&place, name).fault(Missing);
                }
                for (name, value) in properties {
                    match self.properties.get_key_value(name) {
                        Some((name, node)) => node.check(value, Place::Property(&place, name))?,
                        None if self.additional => {}
                        None => return place.fault(Unknown),
                    }
                }
                Ok(())
            }
            Value::Array(values) => match &self.items {
                Some(items) => {
                    let mut values = values.iter().enumerate();
                    values.try_for_each(|(index, value)| items.check(value, Place::Item(&place, index)))
                }
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

impl Kind {
    fn is_of(self, value: &Value) -> bool {
        match self {
            Self::Object => value.is_object(),
            Self::Array => value.is_array(),
            Self::String => value.is_string(),
            Self::Number => value.is_number(),
            // JSON Schema 2020-12 §6.1.1: any number without a fraction, 1.0 too.
            Self::Integer => {
                value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0)
            }
            Self::Boolean => value.is_boolean(),
            Self::Null => value.is_null(),
        }
    }
}

impl Place<'_> {
    fn fault(self, problem: ArgumentProblem) -> Result<(), ArgumentsError> {
        let mut place = String::new();
        self.spell(&mut place);
        Err(ArgumentsError::Value { place, problem })
    }

    fn spell(self, into: &mut String) {
        match self {
            Self::Root => {}
            Self::Property(parent, name) => {
                parent.spell(into);
                let _ = write!(into, "/{}", name.replace('~', "~0").replace('/', "~1"));
            }
            Self::Item(parent, index) => {
                parent.spell(into);
                let _ = write!(into, "/{index}");
            }
        }
    }
}
