//! How errors speak to the operator: lower case, no full stop, and a cause is told once.

use super::layout::{libraries, rust_files};
use std::fs;

/// The texts in `#[error("…")]`, each with what follows up to the end of its variant.
fn messages(source: &str) -> Vec<(&str, &str)> {
    source
        .match_indices("#[error(")
        .filter_map(|(at, attribute)| {
            let rest = source[at + attribute.len()..].trim_start().strip_prefix('"')?;
            let (message, after) = rest.split_at(end_of_literal(rest)?);
            let end =
                after.find("#[error(").unwrap_or(after.len()).min(after.find("\n}").unwrap_or(after.len()));
            Some((message, &after[..end]))
        })
        .collect()
}

fn end_of_literal(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

/// What is wrong with a message, if anything.
fn fault(message: &str, variant: &str) -> Option<&'static str> {
    let first = message.chars().next()?;
    let acronym = message.chars().nth(1).is_some_and(|second| !second.is_lowercase());
    if first.is_uppercase() && !acronym {
        return Some("begins with a capital");
    }
    if message.ends_with(['.', '!']) {
        return Some("ends with a full stop");
    }
    let has_source =
        variant.contains("#[from]") || variant.contains("#[source]") || variant.contains("source:");
    let tells_it = message.contains("{source") || (message.contains("{0") && variant.contains("(#["));
    (has_source && tells_it).then_some("repeats its source")
}

#[test]
fn every_error_speaks_as_the_house_does() {
    let mut files = Vec::new();
    libraries().iter().for_each(|package| rust_files(&package.join("src"), &mut files));
    let (mut seen, mut wrong) = (0, Vec::new());
    for file in files {
        let source = fs::read_to_string(&file).unwrap();
        for (message, variant) in messages(&source) {
            seen += 1;
            if let Some(fault) = fault(message, variant) {
                wrong.push(format!("{}: `{message}` {fault}", file.display()));
            }
        }
    }
    assert!(seen > 50, "the messages are found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_error_that_speaks_otherwise_is_caught() {
    let source = r#"
    #[error("The store failed")]
    A,
    #[error("it failed.")]
    B,
    #[error("it failed: {0}")]
    C(#[from] StoreError),
    #[error("it failed: {source}")]
    D { source: StoreError },
    #[error("`{0}` is \"odd\"")]
    E(String),
    #[error(
        "HS256 takes `kty` oct"
    )]
    F,
}
"#;
    let faults: Vec<_> =
        messages(source).into_iter().map(|(message, variant)| fault(message, variant)).collect();
    let repeats = Some("repeats its source");
    assert_eq!(
        faults,
        [Some("begins with a capital"), Some("ends with a full stop"), repeats, repeats, None, None]
    );
}
