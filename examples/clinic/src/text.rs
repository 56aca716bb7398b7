//! Texts that come in and go out.

use serde::Serializer;
use stockade::core::{Problem, Secret};

/// The most bytes of a name or a number.
pub(crate) const LINE: usize = 256;

/// The most bytes of notes or a finding. Every JSON body ends at 64 KiB, escapes included.
pub(crate) const PAGE: usize = 32 * 1024;

/// Refuses a text that is empty, too long, or has control characters.
pub(crate) fn demand(field: &'static str, text: &Secret<String>, max: usize) -> Result<(), Problem> {
    if text.expose().trim().is_empty() {
        return Err(Problem::invalid_field(field, "empty", "something has to stand here"));
    }
    if max == LINE && text.expose().chars().any(char::is_control) {
        return Err(Problem::invalid_field(field, "invalid", "this has to be one line"));
    }
    allow(field, text, max)
}

/// Refuses a text that is too long.
pub(crate) fn allow(field: &'static str, text: &Secret<String>, max: usize) -> Result<(), Problem> {
    if text.expose().len() > max {
        return Err(Problem::invalid_field(field, "too_long", "this is too long"));
    }
    Ok(())
}

/// Refuses what is not a day as `YYYY-MM-DD`.
pub(crate) fn demand_date(field: &'static str, text: &Secret<String>) -> Result<(), Problem> {
    let text = text.expose().as_bytes();
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
        Some(digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
    };
    let dashes = text.len() == 10 && text.get(4) == Some(&b'-') && text.get(7) == Some(&b'-');
    match (dashes, number(0, 4), number(5, 7), number(8, 10)) {
        (true, Some(_), Some(1..=12), Some(1..=31)) => Ok(()),
        _ => Err(Problem::invalid_field(field, "invalid", "a day is written as YYYY-MM-DD")),
    }
}

/// Writes a secret into an answer: the places that do are the ones that name this function.
pub(crate) fn shown<S: Serializer>(text: &Secret<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text.expose())
}

/// As [`shown`]; nothing where there is nothing.
pub(crate) fn shown_if_any<S: Serializer>(
    text: &Option<Secret<String>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match text {
        Some(text) => shown(text, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn asvs_v2_2_1_a_day_is_a_day() {
        assert!(demand_date("born", &secret("1815-12-10")).is_ok());
        for wrong in ["", "1815-13-10", "1815-12-32", "1815-12-00", "10.12.1815", "1815-12-10 ", "١٨١٥-12-10"]
        {
            assert!(demand_date("born", &secret(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn asvs_v2_2_1_texts_are_bounded() {
        assert!(demand("name", &secret("Ada"), LINE).is_ok());
        assert!(demand("name", &secret(" "), LINE).is_err());
        assert!(demand("name", &secret("A\nB"), LINE).is_err());
        assert!(demand("name", &secret(&"x".repeat(LINE + 1)), LINE).is_err());
        assert!(allow("notes", &secret("two\nlines"), PAGE).is_ok());
        assert!(allow("notes", &secret(&"x".repeat(PAGE + 1)), PAGE).is_err());
    }
}
