//! `"aspirin"`, `"suici*"`, `"*cillin"`, `"how {much,many} pills"`.

use super::PolicyError;
use super::limits::{MAX_EXPANSION, MAX_TERM, MAX_TERMS, MAX_WRITTEN};
use crate::{Boundary, Term};

/// How many letters or digits a term needs whose end may stand inside a word: fewer would hit by accident everywhere.
const SHORTEST_PART: usize = 3;

/// The terms that a list of a file stands for.
pub(super) fn read(place: &str, written: &[String]) -> Result<Vec<Term>, PolicyError> {
    let mut terms = Vec::new();
    for text in written {
        let mut phrases = Vec::new();
        expand(text, &mut phrases).map_err(|problem| PolicyError::invalid(place, problem))?;
        for phrase in phrases {
            terms.push(one(&phrase).map_err(|problem| PolicyError::invalid(place, problem))?);
        }
        if terms.len() > MAX_TERMS {
            return Err(PolicyError::invalid(place, format!("more than {MAX_TERMS} terms")));
        }
    }
    Ok(terms)
}

fn one(phrase: &str) -> Result<Term, String> {
    let (open_start, inner) = phrase.strip_prefix('*').map_or((false, phrase), |rest| (true, rest));
    let (open_end, inner) = inner.strip_suffix('*').map_or((false, inner), |rest| (true, rest));
    let text = inner.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    let boundary = match (open_start, open_end) {
        (false, false) => Boundary::Word,
        (false, true) => Boundary::Prefix,
        (true, false) => Boundary::Suffix,
        (true, true) => Boundary::Free,
    };
    if text.len() > MAX_TERM {
        return Err(format!("a term of {} bytes is longer than {MAX_TERM}", text.len()));
    }
    if text.contains('*') {
        return Err(format!("term `{phrase}` has a `*` that is not at its start or end"));
    }
    if letters == 0 || (boundary != Boundary::Word && letters < SHORTEST_PART) {
        return Err(format!("term `{phrase}` is too short"));
    }
    Ok(Term { text, boundary })
}

/// Adds every phrase that `text` stands for: `{a,b}` is either, `{,a}` may be left out. Braces do not nest.
fn expand(text: &str, phrases: &mut Vec<String>) -> Result<(), String> {
    if text.len() > MAX_WRITTEN {
        return Err(format!("a term of {} bytes is longer than {MAX_WRITTEN}", text.len()));
    }
    let mut made = vec![String::new()];
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('{') {
        let (inside, after) = tail.split_once('}').ok_or_else(|| format!("term `{text}` opens a brace"))?;
        if before.contains('}') || inside.contains('{') {
            return Err(format!("term `{text}` has braces that do not match"));
        }
        let choices: Vec<&str> = inside.split(',').collect();
        if made.len() * choices.len() > MAX_EXPANSION {
            return Err(format!("term `{text}` stands for more than {MAX_EXPANSION} phrases"));
        }
        made = made
            .iter()
            .flat_map(|start| choices.iter().map(move |choice| format!("{start}{before}{choice}")))
            .collect();
        rest = after;
    }
    if rest.contains('}') {
        return Err(format!("term `{text}` closes a brace that is not open"));
    }
    phrases.extend(made.into_iter().map(|start| start + rest));
    Ok(())
}
