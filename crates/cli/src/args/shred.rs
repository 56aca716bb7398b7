//! Deleting files.

use clap::ValueEnum;
use std::num::NonZeroU64;
use std::path::PathBuf;
use stockade_secure_delete::{Level, MAX_PASSES};

/// A scheme that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Preset {
    /// One pass of zeros, read back (NIST SP 800-88r2, Clear)
    NistClear,
    /// Three random passes, the last one read back
    ThreePass,
    /// Zeros, ones, random: a folk preset, which assures nothing more
    DodLike,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Shred {
    /// What to delete. The folder that it is in is opened, and nothing outside that is reached
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Delete folders with all that is in them; no link is followed, no mount crossed
    #[arg(short, long)]
    pub(crate) recursive: bool,
    /// Only say what would be done, and how good it can become; write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Keep a file that would reach less: `unlinked-only`, `overwrite-ineffective`, `overwritten-in-place`
    #[arg(long, value_name = "LEVEL")]
    pub(crate) require: Option<Level>,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// So many random passes (one is enough: NIST SP 800-88r2); none only unlinks
    #[arg(long, value_name = "N", value_parser = passes, help_heading = "Overwriting")]
    pub(crate) passes: Option<usize>,
    /// Overwrite by a scheme that has a name
    #[arg(
        long,
        alias = "pattern",
        value_enum,
        value_name = "NAME",
        conflicts_with = "passes",
        help_heading = "Overwriting"
    )]
    pub(crate) preset: Option<Preset>,
    /// Read the last pass back; done unless `--no-verify` is said
    #[arg(long, help_heading = "Overwriting")]
    pub(crate) verify: bool,
    /// Do not read the last pass back
    #[arg(long, conflicts_with = "verify", help_heading = "Overwriting")]
    pub(crate) no_verify: bool,
    /// Write and read no more than so many bytes a second of each file
    #[arg(long, value_name = "BYTES", help_heading = "Overwriting")]
    pub(crate) rate: Option<NonZeroU64>,
    /// Write down in this folder, which must be yours alone, what is being deleted, so that it can go on after a kill
    #[arg(long, value_name = "DIR", help_heading = "Journal")]
    pub(crate) journal: Option<PathBuf>,
    /// Go on with what was killed or cancelled: with all that the journals tell of the folders that the paths are in
    #[arg(long, requires = "journal", conflicts_with_all = ["dry_run", "passes", "preset"], help_heading = "Journal")]
    pub(crate) resume: bool,
    /// Of links, pipes, sockets, devices, and files with other names, remove this name and leave what it leads to
    #[arg(long)]
    pub(crate) unlink_only_this_name: bool,
}

/// Bounded before anything is allocated.
fn passes(text: &str) -> Result<usize, String> {
    let passes = text.parse().ok().filter(|passes| *passes <= MAX_PASSES);
    passes.ok_or_else(|| format!("not a number of passes: at most {MAX_PASSES}"))
}
