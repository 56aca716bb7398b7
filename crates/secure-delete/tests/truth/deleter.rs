//! Who deletes: we, and the programs that everybody has.

use crate::program::{Skip, last_line, run};
use crate::stage::Stage;
use std::sync::Arc;
use stockade_core::SystemEntropy;
use stockade_secure_delete::{DeleteReport, Prospect, Shredder};

/// Deletes the stage's file as this crate does by default; gives what the plan promised at best, and the report.
pub(crate) fn ours(stage: &Stage) -> Result<(Prospect, DeleteReport), Skip> {
    let shredder = Shredder::beneath(&stage.root, Arc::new(SystemEntropy)).unwrap();
    let plan = shredder.plan(stage.name).unwrap();
    stage.interfere()?;
    Ok((plan.prospect(), plan.execute()))
}

/// Other programs, by how they are called.
pub(crate) const OTHERS: &[&[&str]] = &[&["shred", "-u"], &["srm"], &["wipe", "-f"]];

/// Deletes the stage's file with another program; gives its exit code and its last word.
pub(crate) fn theirs(stage: &Stage, call: &[&str]) -> Result<(Option<i32>, String), Skip> {
    let (name, args) = call.split_first().expect("a program");
    let victim = stage.victim();
    stage.interfere()?;
    let output = run(name, args.iter().copied().chain([victim.to_str().unwrap()]))?;
    Ok((output.status.code(), last_line(&output)))
}
