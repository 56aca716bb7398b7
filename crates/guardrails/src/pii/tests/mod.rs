mod addresses;
mod attacks;
mod numbers;
mod phones;

use super::Pii;
use crate::resolve;

/// What stands at the findings, each with its kind, after choosing among those that overlap.
fn found(text: &str) -> Vec<(&'static str, &str)> {
    found_by(&Pii::new(), text)
}

fn found_by<'t>(pii: &Pii, text: &'t str) -> Vec<(&'static str, &'t str)> {
    let mut found = Vec::new();
    pii.find(text, &mut found);
    resolve(&mut found);
    found.iter().map(|one| (one.kind.as_str(), &text[one.span.range()])).collect()
}

/// That each text holds exactly one finding of `kind`, between the brackets.
fn each_holds(kind: &str, texts: &[&str]) {
    for marked in texts {
        let text = marked.replace(['⟦', '⟧'], "");
        let (_, rest) = marked.split_once('⟦').unwrap();
        let (inside, _) = rest.split_once('⟧').unwrap();
        assert_eq!(found(&text), [(kind, inside)], "in `{text}`");
    }
}

fn none_holds_anything(texts: &[&str]) {
    for text in texts {
        assert_eq!(found(text), [], "in `{text}`");
    }
}
