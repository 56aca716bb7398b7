//! A small part of JSON Schema, every word of which is enforced.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A schema of arguments: the part of JSON Schema 2020-12 that can be checked in one pass and cannot be made to loop.
///
/// `type` (one name), `properties`, `required`, `additionalProperties` (a boolean, **`false` where it is missing**), `items`,
/// `minItems`, `maxItems`, `enum`, `minimum`, `maximum`, `minLength`, `maxLength` (in characters). `title`, `description`, `default`,
/// `examples` and `$schema` are read over. Any other word is refused rather than ignored: a schema that says `pattern` would promise what nobody checks.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    pub(super) root: Node,
    source: Value,
}

/// Why a value is no [`Schema`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// A word that this part of JSON Schema does not have.
    #[error("the word `{0}` is not supported")]
    Unsupported(String),
    /// A word with a value that it cannot have.
    #[error("the value of `{0}` is not one that it can have")]
    Value(&'static str),
    /// No object where a schema has to be one, or none of the type `object` at the top.
    #[error("a schema of arguments is an object that says `type`: `object`")]
    NotAnObject,
    /// A name that is required and not described.
    #[error("`{0}` is required and not among the properties")]
    Undescribed(String),
    /// Deeper than 16, or of more than 1024 parts.
    #[error("the schema is too deep or has too many parts")]
    TooLarge,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Node {
    pub(super) kind: Option<Kind>,
    pub(super) properties: BTreeMap<String, Node>,
    pub(super) required: Vec<String>,
    pub(super) additional: bool,
    pub(super) items: Option<Box<Node>>,
    pub(super) count: Range<u64>,
    pub(super) one_of: Option<Vec<Value>>,
    pub(super) number: Range<f64>,
    pub(super) length: Range<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range<T> {
    pub(super) least: Option<T>,
    pub(super) most: Option<T>,
}

impl<T> Default for Range<T> {
    fn default() -> Self {
        Self { least: None, most: None }
    }
}

impl<T: PartialOrd> Range<T> {
    pub(super) fn holds(&self, value: &T) -> bool {
        self.least.as_ref().is_none_or(|least| value >= least)
            && self.most.as_ref().is_none_or(|most| value <= most)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    String,
    Number,
    Integer,
    Boolean,
    Null,
}

impl Schema {
    /// How deep it may be nested.
    pub const MAX_DEPTH: usize = 16;
    /// How many parts it may have, values of `enum` included.
    pub const MAX_PARTS: usize = 1024;

    /// Compiles `source`.
    ///
    /// # Errors
    /// [`SchemaError`]: a word outside the part above, a value that a word cannot have, more than the bounds.
    pub fn new(source: Value) -> Result<Self, SchemaError> {
        let mut parts = Self::MAX_PARTS;
        let root = Node::read(&source, Self::MAX_DEPTH, &mut parts)?;
        if root.kind != Some(Kind::Object) {
            return Err(SchemaError::NotAnObject);
        }
        Ok(Self { root, source })
    }

    /// As it was given.
    #[must_use]
    pub fn as_value(&self) -> &Value {
        &self.source
    }
}

impl TryFrom<Value> for Schema {
    type Error = SchemaError;

    fn try_from(source: Value) -> Result<Self, SchemaError> {
        Self::new(source)
    }
}

impl<'de> serde::Deserialize<'de> for Schema {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl Node {
    fn read(source: &Value, depth: usize, parts: &mut usize) -> Result<Self, SchemaError> {
        let words = source.as_object().ok_or(SchemaError::NotAnObject)?;
        let depth = depth.checked_sub(1).ok_or(SchemaError::TooLarge)?;
        spend(parts, 1)?;
        let mut node = Self::default();
        for (word, value) in words {
            match word.as_str() {
                "type" => node.kind = Some(Kind::read(value)?),
                "properties" => {
                    for (name, property) in object(value, "properties")? {
                        node.properties.insert(name.clone(), Self::read(property, depth, parts)?);
                    }
                }
                "required" => node.required = names(value)?,
                "additionalProperties" => {
                    node.additional = value.as_bool().ok_or(SchemaError::Value("additionalProperties"))?;
                }
                "items" => node.items = Some(Box::new(Self::read(value, depth, parts)?)),
                "enum" => {
                    let values = value.as_array().filter(|values| !values.is_empty());
                    let values = values.ok_or(SchemaError::Value("enum"))?;
                    spend(parts, values.len())?;
                    node.one_of = Some(values.clone());
                }
                "minItems" => node.count.least = Some(count(value, "minItems")?),
                "maxItems" => node.count.most = Some(count(value, "maxItems")?),
                "minLength" => node.length.least = Some(count(value, "minLength")?),
                "maxLength" => node.length.most = Some(count(value, "maxLength")?),
                "minimum" => node.number.least = Some(number(value, "minimum")?),
                "maximum" => node.number.most = Some(number(value, "maximum")?),
                "title" | "description" | "default" | "examples" | "$schema" => {}
                _ => return Err(SchemaError::Unsupported(word.chars().take(64).collect())),
            }
        }
        if let Some(name) = node.required.iter().find(|name| !node.properties.contains_key(*name)) {
            return Err(SchemaError::Undescribed(name.chars().take(64).collect()));
        }
        Ok(node)
    }
}

impl Kind {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        Ok(match value.as_str() {
            Some("object") => Self::Object,
            Some("array") => Self::Array,
            Some("string") => Self::String,
            Some("number") => Self::Number,
            Some("integer") => Self::Integer,
            Some("boolean") => Self::Boolean,
            Some("null") => Self::Null,
            _ => return Err(SchemaError::Value("type")),
        })
    }
}

fn spend(parts: &mut usize, count: usize) -> Result<(), SchemaError> {
    *parts = parts.checked_sub(count).ok_or(SchemaError::TooLarge)?;
    Ok(())
}

fn object<'a>(value: &'a Value, word: &'static str) -> Result<&'a Map<String, Value>, SchemaError> {
    value.as_object().ok_or(SchemaError::Value(word))
}

fn names(value: &Value) -> Result<Vec<String>, SchemaError> {
    let wrong = SchemaError::Value("required");
    let names = value.as_array().ok_or_else(|| wrong.clone())?.iter();
    names.map(|name| name.as_str().map(str::to_owned).ok_or_else(|| wrong.clone())).collect()
}

fn count(value: &Value, word: &'static str) -> Result<u64, SchemaError> {
    value.as_u64().ok_or(SchemaError::Value(word))
}

fn number(value: &Value, word: &'static str) -> Result<f64, SchemaError> {
    value.as_f64().filter(|number| number.is_finite()).ok_or(SchemaError::Value(word))
}
