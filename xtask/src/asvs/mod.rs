//! Which requirements of the OWASP ASVS 5.0 have tests, read off the tests' names: `asvs_v8_2_1_…` proves V8.2.1.

mod name;
mod report;

#[cfg(test)]
mod tests;

use crate::Failure;
use name::Requirement;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A test and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Test {
    name: String,
    /// The folder of its crate, without `crates/` or `examples/`.
    room: String,
}

/// The tests of each requirement, and the names that only look like one.
#[derive(Debug, Default)]
struct Coverage {
    tests: BTreeMap<Requirement, Vec<Test>>,
    malformed: Vec<String>,
}

/// Prints the table. Fails on a name that begins like a requirement's and names none: it would silently prove nothing.
pub(crate) fn run(root: &Path, with_tests: bool) -> Result<(), Failure> {
    let mut coverage = Coverage::default();
    walk(root, root, &mut coverage)?;
    let known = match std::env::var_os("STOCKADE_ASVS") {
        Some(path) => report::read_table(Path::new(&path))?,
        None => BTreeMap::new(),
    };
    print!("{}", report::table(&coverage, &known, with_tests));
    if coverage.malformed.is_empty() {
        return Ok(());
    }
    let list = coverage.malformed.join("\n  ");
    Err(Failure::other(format!("not `asvs_v<chapter>_<section>_<requirement>_<what is proved>`:\n  {list}")))
}

fn walk(root: &Path, folder: &Path, coverage: &mut Coverage) -> Result<(), Failure> {
    let cannot_read = |path: &Path| Failure::io(format!("`{}` cannot be read", path.display()));
    let entries = fs::read_dir(folder).map_err(cannot_read(folder))?;
    for entry in entries {
        let path = entry.map_err(cannot_read(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            walk(root, &path, coverage)?;
        } else if path.is_file() && name.ends_with(".rs") {
            let text = fs::read_to_string(&path).map_err(cannot_read(&path))?;
            coverage.read(path.strip_prefix(root).unwrap_or(&path), &text);
        }
    }
    Ok(())
}

impl Coverage {
    /// Takes up the tests in one file.
    fn read(&mut self, path: &Path, text: &str) {
        for (number, line) in (1..).zip(text.lines()) {
            let Some(name) = function_name(line).filter(|name| name.starts_with("asvs_")) else { continue };
            match Requirement::of_test(name) {
                Some(requirement) => {
                    let test = Test { name: name.to_owned(), room: room(path) };
                    self.tests.entry(requirement).or_default().push(test);
                }
                None => self.malformed.push(format!("{}:{number}: {name}", path.display())),
            }
        }
    }
}

/// The name of the function that this line declares.
fn function_name(line: &str) -> Option<&str> {
    let mut rest = line.trim_start();
    for word in ["pub ", "pub(crate) ", "async "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let rest = rest.strip_prefix("fn ")?.trim_start();
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    Some(&rest[..end])
}

fn room(path: &Path) -> String {
    let mut parts = path.iter().map(|part| part.to_string_lossy().into_owned());
    let first = parts.next().unwrap_or_default();
    if first == "crates" || first == "examples" { parts.next().unwrap_or(first) } else { first }
}
