//! The table for people: the same rows, deleted by us and by others. `cargo xtask wipe-table` prints it.

use crate::deleter::{OTHERS, ours, theirs};
use crate::program::Skip;
use crate::rows::{ALL, Row};
use crate::stage::Stage;
use stockade_secure_delete::Assurance;

/// How many characters of a program's last word are shown.
const MAX_WORD: usize = 12;

#[test]
#[ignore = "it prints a table and tests nothing: `cargo xtask wipe-table`"]
fn wipe_table() {
    let names = OTHERS.iter().map(|call| format!("`{}`", call.join(" "))).collect::<Vec<_>>().join(" | ");
    println!("| file system | markers | {names} | stockade | its report |");
    println!("|---|---|{}---|---|", "---|".repeat(OTHERS.len()));
    for row in ALL {
        match line(row) {
            Ok(line) => println!("{line}"),
            Err(skip) => println!("| {} | {skip} |{}", row.name, " |".repeat(OTHERS.len() + 2)),
        }
    }
}

fn line(row: &Row) -> Result<String, Skip> {
    let mut cells = vec![row.name.to_owned()];
    let stage = (row.build)()?;
    cells.push(grouped(stage.markers.count()));
    let (_, report) = ours(&stage)?;
    let our_left = left(stage);
    for call in OTHERS {
        let stage = (row.build)()?;
        cells.push(match theirs(&stage, call) {
            Err(skip) => skip.to_string(),
            Ok((code, word)) => {
                let code = code.map_or("killed".into(), |code| format!("exit {code}"));
                let word = if word.is_empty() {
                    "silent".into()
                } else {
                    format!("said “{}”", escaped(&word, &stage))
                };
                format!("{}, {code}, {word}", left(stage))
            }
        });
    }
    cells.push(our_left);
    cells.push(escaped_pipe(&said(report.assurance())));
    Ok(format!("| {} |", cells.join(" | ")))
}

/// The level, and the gravest of its reasons.
fn said(assurance: &Assurance) -> String {
    match assurance {
        Assurance::OverwriteIneffective { reasons } => {
            let reason = reasons.first().expect("there is always one");
            format!("`{}`: {reason}", assurance.level())
        }
        other => format!("`{}`", other.level()),
    }
}

fn left(stage: Stage) -> String {
    stage.left_after_unmount().map_or("not to be scanned".into(), |left| format!("{} left", grouped(left)))
}

/// The program's word without the place of the images, which is another in each run.
fn escaped(word: &str, stage: &Stage) -> String {
    let word = word.replace(stage.root.to_str().unwrap(), "…");
    let short: String = word.chars().take(MAX_WORD).collect();
    escaped_pipe(&if short.len() < word.len() { format!("{}…", short.trim_end()) } else { short })
}

fn escaped_pipe(text: &str) -> String {
    text.replace('|', "\\|")
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<_> =
        digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group)).collect();
    groups.join(",")
}
