//! For whom a file is sealed, and who opens it.

use clap::ValueEnum;
use std::path::PathBuf;

/// For whom a file is sealed; the short flags are those of `age`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Recipients")]
pub(crate) struct Recipients {
    /// Seal for this recipient (`age1…`); may be repeated
    #[arg(short = 'r', long = "recipient", value_name = "RECIPIENT")]
    pub(crate) recipients: Vec<String>,
    /// Seal for the recipients in this file, one a line; may be repeated
    #[arg(short = 'R', long = "recipients-file", value_name = "FILE")]
    pub(crate) recipients_files: Vec<PathBuf>,
    /// How a passphrase becomes a key; `age` opens scrypt only
    #[arg(long, value_enum, default_value_t, value_name = "KDF")]
    pub(crate) kdf: Kdf,
}

/// A password-based key derivation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kdf {
    /// scrypt, as `age -p`
    #[default]
    Scrypt,
    /// Argon2id
    Argon2id,
    /// PBKDF2-HMAC-SHA256
    Pbkdf2,
}

/// Who opens a file.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Identities")]
pub(crate) struct Openers {
    /// Open with the identities in this file; may be repeated
    #[arg(short = 'i', long = "identity", value_name = "FILE")]
    pub(crate) identities: Vec<PathBuf>,
    /// Read the passphrase that opens the file from this one (owner only: mode 0600)
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
}
