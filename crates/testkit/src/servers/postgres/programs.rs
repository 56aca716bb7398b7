//! Where PostgreSQL's programs are.

use std::path::PathBuf;

/// Where Debian keeps a folder for each version, with the programs in `bin`, off the PATH.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A program of PostgreSQL's server: of the latest version where Debian keeps them, otherwise on the PATH.
#[must_use]
pub fn postgres_program(name: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let numbered = versions.filter_map(|version| {
        let number: u32 = version.file_name().to_str()?.parse().ok()?;
        let program = version.path().join("bin").join(name);
        program.is_file().then_some((number, program))
    });
    let latest = numbered.max_by_key(|(number, _)| *number).map(|(_, program)| program);
    latest.or_else(|| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
    })
}
