//! The policies' own phrases, disguised.

use super::judge::Judge;
use super::share;
use super::table::Table;
use crate::Failure;
use std::fmt::Write;

type Disguise = (&'static str, fn(&str) -> String);

/// What people do to a phrase so that it passes.
const DISGUISES: [Disguise; 26] = [
    ("as it is", str::to_owned),
    ("upper case", |text| text.to_uppercase()),
    ("alternating case", |text| by_index(text, |at, c| if at % 2 == 0 { c.to_ascii_uppercase() } else { c })),
    ("full-width", |text| by_char(text, |c| shifted(c, '!'..='~', 0xFF01))),
    ("bold mathematics", |text| by_char(text, |c| letter(c, 0x1D41A, 0x1D400))),
    ("sans-serif italics", |text| by_char(text, |c| letter(c, 0x1D622, 0x1D608))),
    ("circled letters", |text| by_char(text, |c| letter(c, 0x24D0, 0x24B6))),
    ("Cyrillic look-alikes", |text| swapped(text, "aeopcxyi", "аеорсхуі")),
    ("Greek look-alikes", |text| swapped(text, "ovikp", "ονικρ")),
    ("combining marks", |text| after_each(text, "\u{301}")),
    ("accents", |text| swapped(text, "aeiouAEIOU", "àéîöúÀÉÎÖÚ")),
    ("zero-width spaces", |text| after_each(text, "\u{200b}")),
    ("zero-width joiners", |text| after_each(text, "\u{200d}")),
    ("soft hyphens", |text| after_each(text, "\u{ad}")),
    ("bidi marks", |text| format!("\u{202d}{}\u{202c}", after_each(text, "\u{200e}"))),
    ("tag characters", |text| by_char(text, |c| shifted(c, ' '..='~', 0xE0020))),
    ("leetspeak", |text| swapped(text, "aeiost", "431057")),
    ("letter spacing", |text| spaced(text, " ", "   ")),
    ("dots between letters", |text| spaced(text, ".", " ")),
    ("hyphens between letters", |text| spaced(text, "-", " ")),
    ("underscores for spaces", |text| text.replace(' ', "_")),
    ("base64", |text| base64(text)),
    ("hex", |text| {
        text.bytes().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }),
    ("rot13", |text| by_char(text, rot13)),
    ("percent encoding", |text| {
        text.bytes().fold(String::new(), |mut out, byte| {
            let _ = write!(out, "%{byte:02X}");
            out
        })
    }),
    ("reversal", |text| text.chars().rev().collect()),
];

/// Policies that look for no phrases, but for what a disguise would make useless.
const NO_PHRASES: [&str; 3] = ["output-safety", "pii", "secrets"];

/// How many of a policy's own cases it still sees in each disguise: those that it promises to do something about.
pub(super) fn print(judges: &[Judge]) -> Result<(), Failure> {
    let cases: Vec<(&Judge, Vec<String>)> = judges.iter().map(|judge| (judge, cases(judge))).collect();
    let cases: Vec<_> = cases
        .into_iter()
        .filter(|(judge, cases)| !cases.is_empty() && !NO_PHRASES.contains(&judge.name.as_str()))
        .collect();
    let mut head = vec!["disguise of the policies' own cases".to_owned()];
    head.extend(cases.iter().map(|(judge, cases)| format!("{} ({})", judge.name, cases.len())));
    let mut table = Table::new(&head.iter().map(String::as_str).collect::<Vec<_>>());
    for (name, disguise) in DISGUISES {
        let mut row = vec![name.to_owned()];
        row.extend(cases.iter().map(|(judge, cases)| {
            share(cases.iter().filter(|text| judge.flags(&disguise(text))).count(), cases.len())
        }));
        table.row(row);
    }
    println!("{table}");
    Ok(())
}

/// The policy's own cases that it flags as they are.
fn cases(judge: &Judge) -> Vec<String> {
    let Ok(policy) = judge.source.parse::<toml::Table>() else { return Vec::new() };
    let tests = policy.get("test").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let texts = tests.iter().filter(|test| test.get("action").and_then(toml::Value::as_str) != Some("allow"));
    let texts = texts.filter_map(|test| test.get("text").and_then(toml::Value::as_str));
    texts.filter(|text| text.is_ascii() && judge.flags(text)).map(str::to_owned).collect()
}

fn by_char(text: &str, change: impl Fn(char) -> char) -> String {
    text.chars().map(change).collect()
}

fn by_index(text: &str, change: impl Fn(usize, char) -> char) -> String {
    text.chars().enumerate().map(|(at, c)| change(at, c)).collect()
}

fn shifted(c: char, range: std::ops::RangeInclusive<char>, to: u32) -> char {
    if range.contains(&c) { char::from_u32(c as u32 - *range.start() as u32 + to).unwrap_or(c) } else { c }
}

fn letter(c: char, lower: u32, upper: u32) -> char {
    if c.is_ascii_lowercase() { shifted(c, 'a'..='z', lower) } else { shifted(c, 'A'..='Z', upper) }
}

fn swapped(text: &str, from: &str, to: &str) -> String {
    by_char(text, |c| from.chars().zip(to.chars()).find(|(from, _)| *from == c).map_or(c, |(_, to)| to))
}

fn after_each(text: &str, what: &str) -> String {
    text.chars()
        .flat_map(|c| [c.to_string(), if c == ' ' { String::new() } else { what.to_owned() }])
        .collect()
}

fn spaced(text: &str, letters: &str, words: &str) -> String {
    let spread = |word: &str| word.chars().map(String::from).collect::<Vec<_>>().join(letters);
    text.split(' ').map(spread).collect::<Vec<_>>().join(words)
}

fn rot13(c: char) -> char {
    let turn = |start: u8| char::from((c as u8 - start + 13) % 26 + start);
    match c {
        'a'..='z' => turn(b'a'),
        'A'..='Z' => turn(b'A'),
        other => other,
    }
}

/// RFC 4648, with padding.
fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in text.as_bytes().chunks(3) {
        let bits =
            three.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

#[test]
fn disguises_are_what_they_are_called() {
    let disguised = |name| DISGUISES.iter().find(|(known, _)| *known == name).unwrap().1("Ask me");
    assert_eq!(disguised("base64"), "QXNrIG1l");
    assert_eq!(base64("a"), "YQ==");
    assert_eq!(disguised("hex"), "41736b206d65");
    assert_eq!(disguised("rot13"), "Nfx zr");
    assert_eq!(disguised("full-width"), "Ａｓｋ ｍｅ");
    assert_eq!(disguised("letter spacing"), "A s k   m e");
    assert_eq!(disguised("bold mathematics"), "𝐀𝐬𝐤 𝐦𝐞");
    assert_eq!(disguised("reversal"), "em ksA");
    let all: std::collections::BTreeSet<_> =
        DISGUISES.iter().map(|(_, disguise)| disguise("see vein ok Ask it")).collect();
    assert_eq!(all.len(), DISGUISES.len());
}
