//! The tools of one role.

use super::{ArgumentsError, Schema};
use crate::chat::{ToolCall, ToolDefinition};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Which tools there are. What is not listed is neither offered to a model nor called for it. The default lists none.
///
/// ```
/// use stockade_guardrails::{ToolCall, ToolPolicy};
/// let policy: ToolPolicy = toml::from_str(r#"
///     [allow.weather]
///     description = "the weather in a city"
///     parameters = { type = "object", required = ["city"], properties.city = { type = "string", maxLength = 80 } }
/// "#).unwrap();
/// let call = |arguments: &str| ToolCall { id: "1".into(), name: "weather".into(), arguments: arguments.into() };
/// assert!(policy.check_call(&call(r#"{"city": "Oslo"}"#)).is_ok());
/// assert!(policy.check_call(&call(r#"{"city": "Oslo", "callback": "https://evil.example"}"#)).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ToolPolicy {
    /// By name.
    pub allow: BTreeMap<String, ToolRule>,
    /// The most bytes of one call's arguments. Default 16 KiB.
    pub max_argument_bytes: usize,
    /// The most calls of one answer. Default 8.
    pub max_calls: usize,
}

/// One tool.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolRule {
    /// What a model is told of it, whatever a caller says: a model takes a tool's description for orders.
    #[serde(default)]
    pub description: Option<String>,
    /// What its arguments have to be.
    pub parameters: Schema,
}

/// Why a tool may not be offered or called. Names that are not on the list are not repeated: a model or a caller chose them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ToolRefusal {
    /// A tool that is not on the list.
    NotAllowed,
    /// More calls in one answer than allowed.
    TooManyCalls(usize),
    /// Arguments that do not fit.
    Arguments {
        /// The tool, which is on the list.
        tool: String,
        /// What is wrong.
        error: ArgumentsError,
    },
}

impl ToolPolicy {
    /// What is offered instead of `definition`: the operator's own description and schema, under the same name.
    ///
    /// # Errors
    /// [`ToolRefusal::NotAllowed`].
    pub fn check_definition(&self, definition: &ToolDefinition) -> Result<ToolDefinition, ToolRefusal> {
        let rule = self.allow.get(&definition.name).ok_or(ToolRefusal::NotAllowed)?;
        Ok(ToolDefinition {
            name: definition.name.clone(),
            description: rule.description.clone(),
            parameters: rule.parameters.as_value().clone(),
        })
    }

    /// Whether a model may have `call` made; its arguments, read, if so. Whoever makes the call uses these and does not read the text again.
    ///
    /// # Errors
    /// [`ToolRefusal`]: a tool that is not on the list, or arguments that do not fit its schema.
    pub fn check_call(&self, call: &ToolCall) -> Result<Value, ToolRefusal> {
        let (name, rule) = self.allow.get_key_value(&call.name).ok_or(ToolRefusal::NotAllowed)?;
        let checked = rule.parameters.check(&call.arguments, self.max_argument_bytes);
        checked.map_err(|error| ToolRefusal::Arguments { tool: name.clone(), error })
    }

    /// Whether a model may have all of `calls` made.
    ///
    /// # Errors
    /// [`ToolRefusal`] of the first that may not, or that they are too many.
    pub fn check_calls(&self, calls: &[ToolCall]) -> Result<(), ToolRefusal> {
        if calls.len() > self.max_calls {
            return Err(ToolRefusal::TooManyCalls(self.max_calls));
        }
        calls.iter().try_for_each(|call| self.check_call(call).map(drop))
    }
}

impl Default for ToolPolicy {
    fn default() -> Self {
        Self { allow: BTreeMap::new(), max_argument_bytes: 16 * 1024, max_calls: 8 }
    }
}

impl fmt::Display for ToolRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAllowed => f.write_str("a tool that is not on the list"),
            Self::TooManyCalls(at_most) => write!(f, "more than {at_most} tool calls"),
            Self::Arguments { tool, .. } => write!(f, "arguments that the tool `{tool}` does not take"),
        }
    }
}

impl std::error::Error for ToolRefusal {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Arguments { error, .. } => Some(error),
            _ => None,
        }
    }
}
