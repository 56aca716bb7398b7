//! What a file belongs to.

use std::collections::BTreeMap;
use std::str::FromStr;
use stockade_crypto_at_rest::file::FileContext;

/// Parts of a context that are accepted.
const MAX_PARTS: usize = 64;
/// Bytes of a part, name and value together.
const MAX_PART_LEN: usize = 1024;

/// One `name=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContextPart {
    name: String,
    value: String,
}

/// Why a `--context` is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidContext {
    #[error("a part of a context is `name=value`, with a name")]
    Form,
    #[error("a part of a context has at most {MAX_PART_LEN} bytes and no control characters")]
    Text,
    #[error("`{0}` is said twice")]
    Twice(String),
    #[error("a context has at most {MAX_PARTS} parts")]
    TooMany,
}

impl FromStr for ContextPart {
    type Err = InvalidContext;

    fn from_str(text: &str) -> Result<Self, InvalidContext> {
        if text.len() > MAX_PART_LEN || text.chars().any(char::is_control) {
            return Err(InvalidContext::Text);
        }
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self { name: name.into(), value: value.into() }),
            _ => Err(InvalidContext::Form),
        }
    }
}

/// All parts; it does not matter in which order they were typed.
pub(crate) fn whole(parts: &[ContextPart]) -> Result<FileContext, InvalidContext> {
    if parts.len() > MAX_PARTS {
        return Err(InvalidContext::TooMany);
    }
    let mut context = BTreeMap::new();
    for ContextPart { name, value } in parts {
        if context.insert(name.clone(), value.clone()).is_some() {
            return Err(InvalidContext::Twice(name.clone()));
        }
    }
    Ok(context.into())
}
