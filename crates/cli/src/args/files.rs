//! Commands on files.

use super::{Openers, Recipients, RingArgs};
use std::path::PathBuf;

/// Where the result goes.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Options")]
pub(crate) struct Target {
    /// Write to this file, which appears whole or not at all; `-` is standard output, even if it is a terminal
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Replace the output file if there is one
    #[arg(long, short)]
    pub(crate) force: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Seal {
    #[command(flatten)]
    pub(crate) recipients: Recipients,
    /// Seal for the recipients of the identities in this file; may be repeated
    #[arg(short = 'i', long = "identity", value_name = "FILE", help_heading = "Recipients")]
    pub(crate) identities: Vec<PathBuf>,
    /// Seal with a passphrase, asked for on the terminal
    #[arg(short, long, help_heading = "Recipients")]
    pub(crate) passphrase: bool,
    /// Seal with the passphrase in this file (owner only: mode 0600)
    #[arg(long, value_name = "FILE", help_heading = "Recipients", conflicts_with = "passphrase")]
    pub(crate) passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) ring: RingArgs,
    #[command(flatten)]
    pub(crate) target: Target,
    /// Write armour: text that survives mail
    #[arg(short, long)]
    pub(crate) armor: bool,
    /// Pad the header to this many bytes, so that `rewrap` can replace it in place whatever the size of the file
    #[arg(long, value_name = "BYTES", conflicts_with = "armor")]
    pub(crate) header_room: Option<u32>,
    /// What to seal; standard input if absent or `-`
    #[arg(value_name = "INPUT")]
    pub(crate) input: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Open {
    #[command(flatten)]
    pub(crate) openers: Openers,
    /// Open with a passphrase, asked for on the terminal; asked for anyway where the file says so
    #[arg(short, long, help_heading = "Identities", conflicts_with = "passphrase_file")]
    pub(crate) passphrase: bool,
    #[command(flatten)]
    pub(crate) ring: RingArgs,
    #[command(flatten)]
    pub(crate) target: Target,
    /// What to open; standard input if absent or `-`
    #[arg(value_name = "INPUT")]
    pub(crate) input: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    /// What to inspect; standard input if absent or `-`
    #[arg(value_name = "INPUT")]
    pub(crate) input: Option<PathBuf>,
}

/// Old keys and new ones. The key ring, where there is one, is on both sides.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Change {
    #[command(flatten)]
    pub(crate) openers: Openers,
    #[command(flatten)]
    pub(crate) recipients: Recipients,
    /// Seal with a new passphrase, asked for on the terminal
    #[arg(short, long, help_heading = "Recipients")]
    pub(crate) passphrase: bool,
    /// Seal with the new passphrase in this file (owner only: mode 0600)
    #[arg(long, value_name = "FILE", help_heading = "Recipients", conflicts_with = "passphrase")]
    pub(crate) new_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) ring: RingArgs,
    /// Open with the key ring, but do not seal for it
    #[arg(long, help_heading = "Key ring", requires = "keyring")]
    pub(crate) leave_keyring: bool,
    /// Pad the new header to this many bytes where the file is written anew; otherwise it keeps what room it had
    #[arg(long, value_name = "BYTES", help_heading = "Options")]
    pub(crate) header_room: Option<u32>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Rewrap {
    #[command(flatten)]
    pub(crate) change: Change,
    /// The sealed file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Reseal {
    #[command(flatten)]
    pub(crate) change: Change,
    /// The sealed file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}
