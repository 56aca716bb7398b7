//! Reading the transcript out of a README.

use crate::Failure;

/// A command and what it is shown to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The README's line with the command, from 1.
    pub(super) line: usize,
    /// What is given to the shell; several lines if continued.
    pub(super) command: String,
    /// The lines shown below it, without trailing blank ones.
    pub(super) expected: Vec<String>,
}

impl Entry {
    pub(super) fn place(&self) -> String {
        format!("README.md:{}: `{}`", self.line, self.command)
    }
}

/// The commands of all `console` blocks, in order.
pub(super) fn parse(readme: &str) -> Result<Vec<Entry>, Failure> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut lines = (1..).zip(readme.lines());
    while let Some((opened, line)) = lines.next() {
        let Some(tag) = line.strip_prefix("```") else { continue };
        let is_ours = tag.trim() == "console";
        let mut in_block = false;
        loop {
            let Some((number, line)) = lines.next() else {
                return Err(Failure::other(format!("README.md:{opened}: the block is never closed")));
            };
            if line.trim_end() == "```" {
                break;
            }
            if !is_ours {
                continue;
            }
            if let Some(command) = line.strip_prefix("$ ") {
                let command = continued(command, &mut lines);
                entries.push(Entry { line: number, command, expected: Vec::new() });
                in_block = true;
            } else if let Some(entry) = entries.last_mut().filter(|_| in_block) {
                entry.expected.push(line.trim_end().to_owned());
            } else {
                return Err(Failure::other(format!(
                    "README.md:{number}: a console block begins with a `$ ` line"
                )));
            }
        }
    }
    for entry in &mut entries {
        trim(&mut entry.expected);
    }
    Ok(entries)
}

fn continued<'a>(first: &str, lines: &mut impl Iterator<Item = (usize, &'a str)>) -> String {
    let mut command = first.trim_end().to_owned();
    while command.ends_with('\\') {
        let Some((_, line)) = lines.next() else { break };
        command.push('\n');
        command.push_str(line.trim_end());
    }
    command
}

/// Takes blank lines off the end: between commands they are layout, not output.
pub(super) fn trim(lines: &mut Vec<String>) {
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
}
