//! Commands on the keys that sign access tokens.

use super::UnlockArgs;
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum SigningCommand {
    /// List the signing keys and where each stands in its life
    List(SigningList),
    /// Announce a new signing key ahead of the schedule; it signs once everybody knows it
    Rotate(SigningRotate),
    /// For stolen keys: drop all of them now and sign with a new one; everybody has to refresh
    Emergency(SigningEmergency),
}

/// Where the signing keys are, and the key ring that they are sealed by.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct SigningStore {
    /// The signing keys are in this file
    #[arg(long, value_name = "FILE", required_unless_present = "sqlite", conflicts_with = "sqlite")]
    pub(crate) file: Option<PathBuf>,
    /// The signing keys are in this database of the service
    #[arg(long, value_name = "DB")]
    pub(crate) sqlite: Option<PathBuf>,
    /// The key ring that seals them
    #[arg(long, value_name = "FILE", help_heading = "Key ring")]
    pub(crate) keyring: PathBuf,
    #[command(flatten)]
    pub(crate) unlock: UnlockArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SigningList {
    #[command(flatten)]
    pub(crate) store: SigningStore,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SigningRotate {
    #[command(flatten)]
    pub(crate) store: SigningStore,
}

#[derive(Debug, clap::Args)]
pub(crate) struct SigningEmergency {
    /// Really sign everybody's access tokens out
    #[arg(long, short)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) store: SigningStore,
}
