//! Which field of an input is wrong, told without repeating the input.

use std::borrow::Cow;
use std::fmt::Display;
use stockade_core::{Problem, ProblemKind};

/// The longest path of fields that is told.
const MAX_FIELD: usize = 64;

/// The shape of an input is wrong. Names the field if it can be named safely; never a value, a type or a line of the parser.
///
/// A name comes from the type that was asked for, or it is the client's own key and then as plain as a name.
pub(super) fn wrong_shape<E: Display>(error: &serde_path_to_error::Error<E>) -> Problem {
    let path = error.path().to_string();
    let path = if path == "." { "" } else { &path };
    let said = error.inner().to_string();
    let (field, code, message) = if let Some(name) = quoted_after(&said, "missing field `") {
        (Cow::Owned(joined(path, name)), "missing", "this field is required")
    } else if let Some(name) = quoted_after(&said, "duplicate field `") {
        (name.into(), "duplicate", "this field stands here twice")
    } else if let Some(name) = quoted_after(&said, "unknown field `") {
        (name.into(), "unknown", "there is no such field")
    } else {
        (path.into(), "invalid", "this value is not of the right kind")
    };
    if is_plain(&field) { Problem::invalid_field(field.into_owned(), code, message) } else { invalid_input() }
}

pub(super) fn invalid_input() -> Problem {
    Problem::new(ProblemKind::InvalidInput, "invalid_input", "the request is not valid")
}

fn quoted_after<'a>(said: &'a str, prefix: &str) -> Option<&'a str> {
    said.strip_prefix(prefix)?.split('`').next()
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() || path == name { name.to_owned() } else { format!("{path}.{name}") }
}

fn is_plain(field: &str) -> bool {
    (1..=MAX_FIELD).contains(&field.len())
        && field.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.[]-".contains(&b))
}
