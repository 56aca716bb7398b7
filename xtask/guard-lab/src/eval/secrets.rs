//! Literals that are secrets, and literals that only look so.

use super::judge::Judge;
use crate::Failure;
use std::path::Path;

pub(super) fn print(folder: &Path, judges: &[Judge]) -> Result<(), Failure> {
    let Some(judge) = judges.iter().find(|judge| judge.name == "secrets") else { return Ok(()) };
    for (file, meaning) in [("true.txt", "secrets found"), ("false.txt", "look-alikes found")] {
        let path = folder.join(file);
        let text = std::fs::read_to_string(&path)
            .map_err(Failure::io(format!("`{}` cannot be read", path.display())))?;
        let literals: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let found = literals.iter().filter(|literal| judge.flags(literal)).count();
        println!("{meaning}: {found} of {}", literals.len());
    }
    println!();
    Ok(())
}
