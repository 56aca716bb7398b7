//! Commands on keys.

use super::{SigningCommand, UnlockArgs};
use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key ring with one active key
    New(New),
    /// List the keys of a key ring; asks for no secret unless told to verify
    List(List),
    /// Add a key and make it the active one; the former still opens what it sealed
    Rotate(Rotate),
    /// Destroy a key for good: what it sealed can never be opened again
    Destroy(Destroy),
    /// Make an X25519 identity, as `age-keygen`
    Identity(Identity),
    /// The keys that sign a service's access tokens
    #[command(subcommand)]
    Signing(SigningCommand),
}

/// How the passphrase of a key ring becomes a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RingKdf {
    /// Argon2id
    #[default]
    Argon2id,
    /// PBKDF2-HMAC-SHA256
    Pbkdf2,
}

#[derive(Debug, clap::Args)]
pub(crate) struct New {
    /// The key ring; must not exist
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) unlock: UnlockArgs,
    /// How a passphrase becomes a key
    #[arg(long, value_enum, default_value_t, value_name = "KDF", help_heading = "Key ring")]
    pub(crate) kdf: RingKdf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// The key ring
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Unlock the key ring, so that the list is known to be the one its owner sealed
    #[arg(long)]
    pub(crate) verify: bool,
    #[command(flatten)]
    pub(crate) unlock: UnlockArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Rotate {
    /// The key ring
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) unlock: UnlockArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Destroy {
    /// The key ring
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The key's id, as `keys list` shows it
    #[arg(value_name = "KEY")]
    pub(crate) key: u32,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) unlock: UnlockArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Identity {
    /// Write the identity to this file (mode 0600), which must not exist; standard output if absent
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Read identities from this file, `-` for standard input, and print their recipients
    #[arg(short = 'y', long, value_name = "FILE", conflicts_with = "output")]
    pub(crate) recipients_of: Option<PathBuf>,
}
