//! Which key ring, and what unlocks it.

use super::ContextPart;
use std::path::PathBuf;

/// A key ring as recipient or identity.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Key ring")]
pub(crate) struct RingArgs {
    /// Use the keys of this key ring
    #[arg(long, value_name = "FILE")]
    pub(crate) keyring: Option<PathBuf>,
    /// What the file belongs to; bound to it, not stored: whoever opens says it again, in any order
    #[arg(long = "context", value_name = "NAME=VALUE", requires = "keyring")]
    pub(crate) context: Vec<ContextPart>,
    #[command(flatten)]
    pub(crate) unlock: UnlockArgs,
}

/// What a key ring is locked with: one of these, or a passphrase from the terminal.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Key ring")]
pub(crate) struct UnlockArgs {
    /// Read the key ring's passphrase from this file (owner only: mode 0600)
    #[arg(long, value_name = "FILE", group = "unlock")]
    pub(crate) keyring_passphrase_file: Option<PathBuf>,
    /// Unlock with the key in this file (owner only: mode 0600)
    #[arg(long, value_name = "FILE", group = "unlock")]
    pub(crate) wrap_key: Option<PathBuf>,
    /// Unlock by this program, named by its absolute path; it gets `wrap` or `unwrap` as its last argument, and bytes on its
    /// standard input. Words are separated by spaces: there is no shell and no quoting
    #[arg(long, value_name = "COMMAND", group = "unlock")]
    pub(crate) wrap_command: Option<String>,
    /// Let the program see this variable of the environment, which is empty otherwise; may be repeated
    #[arg(long, value_name = "NAME", requires = "wrap_command")]
    pub(crate) wrap_env: Vec<String>,
    /// Unlock by the transit engine of the Vault at this address: `https://`, or `http://` on this machine
    #[arg(long, value_name = "URL", group = "unlock", requires_all = ["vault_key", "vault_token_file"])]
    pub(crate) vault: Option<String>,
    /// The name of Vault's key
    #[arg(long, value_name = "NAME", requires = "vault")]
    pub(crate) vault_key: Option<String>,
    /// Read Vault's token from this file (owner only: mode 0600)
    #[arg(long, value_name = "FILE", requires = "vault")]
    pub(crate) vault_token_file: Option<PathBuf>,
    /// The root certificates (PEM) by which Vault is trusted over `https://`; those of the system are not asked
    #[arg(long, value_name = "FILE", requires = "vault")]
    pub(crate) vault_ca: Option<PathBuf>,
}
