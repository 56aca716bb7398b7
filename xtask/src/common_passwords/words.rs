//! Reading a list of words out of Rust source.

/// The words of the string constant `name`, which are divided by commas, most common first.
pub(super) fn parse(source: &str, name: &str) -> Result<Vec<String>, String> {
    let start = format!("const {name}: &str = \"");
    let (_, rest) = source.split_once(&start).ok_or(format!("the source has no constant `{name}`"))?;
    let text = literal(rest).ok_or(format!("the constant `{name}` has no end"))?;
    Ok(text.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect())
}

/// What a string literal says, from behind its opening quote.
fn literal(rest: &str) -> Option<String> {
    let mut text = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next()? {
            '"' => return Some(text),
            '\\' => match chars.next()? {
                plain @ ('"' | '\\' | '\'') => text.push(plain),
                _ => return None,
            },
            plain => text.push(plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_their_escapes_are_read() {
        let source = r#"use x; const PASSWORDS: &str = "one,t\"w\\o,,three"; const OTHER: &str = "four";"#;
        assert_eq!(parse(source, "PASSWORDS").unwrap(), ["one", r#"t"w\o"#, "three"]);
    }

    #[test]
    fn truncation_and_unknown_escapes_are_errors() {
        for source in ["", r#"const PASSWORDS: &str = "one,two"#, r#"const PASSWORDS: &str = "one\n";"#] {
            assert!(parse(source, "PASSWORDS").is_err(), "{source}");
            assert!(parse(source, "SURNAMES").is_err(), "{source}");
        }
    }
}
