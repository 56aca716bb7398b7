//! Kinds of personal data, each by itself.

use super::judge::Judge;
use super::share;
use super::table::Table;
use crate::data::{Half, Kind, Set};

/// What the set calls a kind, and what the rule for it is called.
const KINDS: [(&str, &str); 7] = [
    ("EMAIL_ADDRESS", "email"),
    ("PHONE_NUMBER", "phone"),
    ("CREDIT_CARD", "card"),
    ("IBAN_CODE", "iban"),
    ("US_SSN", "ssn"),
    ("IP_ADDRESS", "ip"),
    ("DOMAIN_NAME", "url"),
];

/// Recall and precision of each kind on odd rows: what is marked counts as found where a finding of the kind's rule overlaps it,
/// and a finding is right where it overlaps a mark of its kind.
pub(super) fn print(sets: &[Set], judges: &[Judge]) {
    let Some(judge) = judges.iter().find(|judge| judge.name == "pii") else { return };
    let mut table = Table::new(&["personal data", "marked", "recall", "found", "precision"]);
    for (mark, rule) in KINDS {
        let (mut marked, mut met, mut found, mut right) = (0, 0, 0, 0);
        let personal = sets.iter().filter(|set| set.kind == Kind::Personal).flat_map(|set| &set.rows);
        for row in personal.filter(|row| row.text.half() == Half::Odd) {
            let verdict = row.text.judge(|text| judge.verdict(text));
            let spans: Vec<_> =
                verdict.findings.iter().filter(|f| f.rule.rule().starts_with(rule)).map(|f| f.span).collect();
            let marks: Vec<_> = row.marks.iter().filter(|(kind, _, _)| kind == mark).collect();
            marked += marks.len();
            found += spans.len();
            met += marks
                .iter()
                .filter(|(_, start, end)| spans.iter().any(|s| s.start < *end && *start < s.end))
                .count();
            right += spans
                .iter()
                .filter(|s| marks.iter().any(|(_, start, end)| s.start < *end && *start < s.end))
                .count();
        }
        table.row([
            rule.to_owned(),
            marked.to_string(),
            share(met, marked),
            found.to_string(),
            share(right, found),
        ]);
    }
    println!("{table}");
}
