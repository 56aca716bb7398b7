//! The arrows and the layout of the workspace.
//!
//! [`house`] is the table: which crate is which room, and what each room may use. [`check`] holds a model of the workspace
//! against it; [`workspace`] reads the model from `cargo metadata`; [`planted`] shows that each rule catches its breach;
//! [`layout`] holds what manifests and source files must look like, and [`errors`] how errors speak.

mod check;
mod errors;
mod house;
mod layout;
mod planted;
mod workspace;

use check::breaches;
use workspace::Workspace;

#[test]
fn the_workspace_keeps_every_arrow() {
    let workspace = Workspace::read();
    assert!(workspace.members.len() > 10, "the whole workspace is read");
    let found = breaches(&workspace.members);
    assert!(found.is_empty(), "{} arrows are wrong:\n{}", found.len(), found.join("\n"));
}
