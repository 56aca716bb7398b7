//! What may be said on the command line. No secret is among it: every process of the machine can read it there.

mod context;
mod files;
mod guard;
mod keys;
mod parties;
mod ring;
#[cfg(target_os = "linux")]
mod shred;
mod signing;

pub(crate) use context::{ContextPart, whole as whole_context};
pub(crate) use files::{Change, Inspect, Open, Reseal, Rewrap, Seal, Target};
pub(crate) use guard::{GuardArgs, GuardBench, GuardCommand, GuardTest, Model, Way};
pub(crate) use keys::{Destroy, Identity, KeysCommand, List, New, RingKdf, Rotate};
pub(crate) use parties::{Kdf, Openers, Recipients};
pub(crate) use ring::{RingArgs, UnlockArgs};
#[cfg(target_os = "linux")]
pub(crate) use shred::{Preset, Shred};
pub(crate) use signing::{SigningCommand, SigningStore};

use clap::{Parser, Subcommand};

const AFTER_HELP: &str = "\
Exit codes:
    0  done
    1  failed: a file, the disk, the terminal or a key service; a text that could not be judged; a failed test case
    2  usage: the arguments make no sense together, or one is malformed
    3  does not open: no key given opens it, or it is another's, or another context's
    4  damaged: truncated, altered, or not a file of this format
    5  refused: it would overwrite, print what a terminal must not get, or destroy unasked
    6  not deleted: something stays, or is not known to be gone
    7  level missed: less than --require asks for was reached, and so the file stays
  130  cancelled by Ctrl-C (143 by SIGTERM); nothing stands under the output's name

Secrets are read from files or from the terminal, never from arguments or the environment.";

/// Seals and opens files in the age format, keeps key rings, deletes files and says how well, and judges texts.
#[derive(Debug, Parser)]
#[command(name = "stockade", version, after_help = AFTER_HELP, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) voice: Voice,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How results and errors are said.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Voice {
    /// Print results as one JSON object on standard output, errors as one on standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Show no progress bar and no remarks
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Encrypt a file or standard input
    Seal(Seal),
    /// Decrypt a file or standard input
    Open(Open),
    /// Say whom a file is sealed for, without opening it
    Inspect(Inspect),
    /// Seal a file's key for other recipients, leaving the payload as it is
    Rewrap(Rewrap),
    /// Encrypt a file anew, under a new file key
    Reseal(Reseal),
    /// Overwrite and delete files, and say what that assures
    #[cfg(target_os = "linux")]
    Shred(Shred),
    /// Judge texts that go to a language model or come from one
    #[command(subcommand)]
    Guard(GuardCommand),
    /// Key rings and identities
    #[command(subcommand)]
    Keys(KeysCommand),
}

#[cfg(test)]
mod tests;
