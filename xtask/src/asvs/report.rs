//! The coverage table.

use super::{Coverage, Requirement};
use crate::Failure;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// What a table of requirements says of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    level: String,
    summary: String,
}

/// One block a chapter: its covered requirements, and, where `known` lists requirements, those without a test.
pub(super) fn table(coverage: &Coverage, known: &BTreeMap<Requirement, Known>, with_tests: bool) -> String {
    let all: BTreeSet<_> = coverage.tests.keys().chain(known.keys()).copied().collect();
    let chapters: BTreeSet<_> = all.iter().map(|requirement| requirement.chapter).collect();
    let mut text = String::new();
    for chapter in chapters {
        let here = all.iter().copied().filter(|requirement| requirement.chapter == chapter);
        let (covered, open): (Vec<_>, Vec<_>) = here.partition(|id| coverage.tests.contains_key(id));
        let tests: usize = covered.iter().map(|id| coverage.tests[id].len()).sum();
        // Writing to a string cannot fail; so below.
        let _ = writeln!(text, "V{chapter}: {} requirements, {tests} tests", covered.len());
        for id in covered {
            row(&mut text, coverage, id, known.get(&id), with_tests);
        }
        for id in open {
            let Known { level, summary } = &known[&id];
            let _ = writeln!(text, "  {:<8}    –  L{level} {summary}", id.to_string());
        }
    }
    let tests: usize = coverage.tests.values().map(Vec::len).sum();
    let _ = writeln!(text, "ASVS 5.0: {} requirements have {tests} tests", coverage.tests.len());
    text
}

fn row(text: &mut String, coverage: &Coverage, id: Requirement, known: Option<&Known>, with_tests: bool) {
    let tests = &coverage.tests[&id];
    let rooms: BTreeSet<_> = tests.iter().map(|test| test.room.as_str()).collect();
    let rooms = rooms.into_iter().collect::<Vec<_>>().join(", ");
    let summary = known.map(|known| format!(" · L{} {}", known.level, known.summary)).unwrap_or_default();
    let _ = writeln!(text, "  {:<8} {:>4}  {rooms}{summary}", id.to_string(), tests.len());
    for test in tests.iter().filter(|_| with_tests) {
        let _ = writeln!(text, "                 {}::{}", test.room, test.name);
    }
}

/// Reads a table of requirements: tab-separated, a header with `id`, `level` and a column whose name begins with `summary`.
pub(super) fn read_table(path: &Path) -> Result<BTreeMap<Requirement, Known>, Failure> {
    let text =
        std::fs::read_to_string(path).map_err(Failure::io(format!("`{}` cannot be read", path.display())))?;
    parse_table(&text)
        .ok_or_else(|| Failure::other(format!("`{}` is not a table of requirements", path.display())))
}

pub(super) fn parse_table(text: &str) -> Option<BTreeMap<Requirement, Known>> {
    let mut lines = text.lines();
    let header: Vec<_> = lines.next()?.split('\t').collect();
    let column = |name: &str| header.iter().position(|title| title.starts_with(name));
    let (id, level, summary) = (column("id")?, column("level")?, column("summary")?);
    lines
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let cells: Vec<_> = line.split('\t').collect();
            let known = Known { level: (*cells.get(level)?).into(), summary: (*cells.get(summary)?).into() };
            Some((cells.get(id)?.parse().ok()?, known))
        })
        .collect()
}
