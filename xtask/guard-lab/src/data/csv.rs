//! Comma-separated values as RFC 4180 has them, line ends inside quotes too.

use std::collections::BTreeMap;

/// The records below the header, each by the header's names.
pub(super) fn records(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = lines(text).into_iter();
    let header = lines.next().unwrap_or_default();
    lines
        .filter(|fields| fields.len() == header.len())
        .map(|fields| header.iter().cloned().zip(fields).collect())
        .collect()
}

fn lines(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut fields, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut chars) = (false, text.trim_start_matches('\u{feff}').chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                fields.push(std::mem::take(&mut field));
                lines.push(std::mem::take(&mut fields));
            }
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            c => field.push(c),
        }
    }
    if !field.is_empty() || !fields.is_empty() {
        fields.push(field);
        lines.push(fields);
    }
    lines
}

#[test]
fn quotes_hold_commas_quotes_and_line_ends() {
    let records = records("a,b\r\n\"1,\n2\",\"say \"\"x\"\"\"\r\n,last");
    assert_eq!(records[0]["a"], "1,\n2");
    assert_eq!(records[0]["b"], "say \"x\"");
    assert_eq!((records[1]["a"].as_str(), records[1]["b"].as_str()), ("", "last"));
}
