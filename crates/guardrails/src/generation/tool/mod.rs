//! Which tools a model may be offered, and with which arguments it may call them.

mod json;
mod policy;
mod schema;
#[cfg(test)]
mod tests;
mod validate;

pub use json::{JsonError, parse_json};
pub use policy::{ToolPolicy, ToolRefusal, ToolRule};
pub use schema::{Schema, SchemaError};
pub use validate::{ArgumentProblem, ArgumentsError};
