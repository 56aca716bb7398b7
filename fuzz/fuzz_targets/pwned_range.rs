//! A range of breached passwords is read whole or not at all, and says of each line what the line says.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stockade_authn::password::RangeAnswer;

fuzz_target!(|body: &[u8]| {
    let lines = walk(body);
    match RangeAnswer::parse(body) {
        Err(_) => assert!(lines.is_none()),
        Ok(answer) => {
            let lines = lines.expect("a plain walk reads it, too");
            assert_eq!(answer.len(), lines.len());
            for (suffix, _) in &lines {
                let most = lines.iter().filter(|(other, _)| other == suffix).map(|(_, times)| *times).max();
                let found = answer.times(suffix.as_bytes().try_into().expect("35 digits"));
                assert_eq!(found.map_or(0, |times| times.get()), most.unwrap_or_default());
            }
        }
    }
});

/// Another reading: of text, by lines, in upper case.
fn walk(body: &[u8]) -> Option<Vec<(String, u64)>> {
    let text = std::str::from_utf8(body).ok().filter(|text| text.is_ascii() && !text.is_empty())?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let read = |line: &str| {
        let (suffix, times) = line.strip_suffix('\r').unwrap_or(line).split_once(':')?;
        let number: u64 = times.parse().ok()?;
        let is_plain = suffix.len() == 35 && suffix.chars().all(|c| c.is_ascii_hexdigit());
        (is_plain && number.to_string() == times).then(|| (suffix.to_uppercase(), number))
    };
    (body.len() <= RangeAnswer::MAX_LEN).then(|| text.split('\n').map(read).collect()).flatten()
}
