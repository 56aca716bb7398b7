//! Third-party test vectors, which lie beside the repository and not in it.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The folder or file `name` of the third-party vectors, or `None`, loudly, where it is absent.
///
/// `STOCKADE_VECTORS` names where they are; otherwise that is `../shared/vectors` beside the workspace.
///
/// # Panics
/// They are absent and `STOCKADE_REQUIRE_VECTORS` is `1`.
#[must_use]
pub fn vectors(name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    let path = std::env::var_os("STOCKADE_VECTORS").map_or(beside, PathBuf::from).join(name);
    if path.exists() {
        return Some(path);
    }
    let required = std::env::var_os("STOCKADE_REQUIRE_VECTORS").is_some_and(|value| value == "1");
    assert!(!required, "third-party vectors are absent: {}", path.display());
    // Not `eprintln!`, which the test runner keeps to itself where a test passes.
    let _ =
        writeln!(std::io::stderr(), "third-party vectors are absent: {}: NOTHING WAS TESTED", path.display());
    None
}
