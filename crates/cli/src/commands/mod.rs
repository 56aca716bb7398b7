//! What the commands do.

mod change;
mod failures;
mod guard;
mod input;
mod inspect;
mod keys;
mod open;
mod output;
mod parties;
mod progress;
mod ring;
mod seal;
#[cfg(target_os = "linux")]
mod shred;
mod wrapper;

use crate::args::{Cli, Command};
use crate::cancel::Cancel;
use crate::failure::Failure;

pub(crate) fn perform(cli: Cli, cancel: &Cancel) -> Result<(), Failure> {
    let voice = cli.voice;
    match cli.command {
        Command::Seal(args) => seal::seal(&args, voice, cancel),
        Command::Open(args) => open::open(&args, voice, cancel),
        Command::Inspect(args) => inspect::inspect(&args, voice, cancel),
        Command::Rewrap(args) => change::rewrap(&args, voice, cancel),
        Command::Reseal(args) => change::reseal(&args, voice, cancel),
        #[cfg(target_os = "linux")]
        Command::Shred(args) => shred::shred(&args, voice, cancel),
        Command::Guard(command) => guard::perform(command, voice, cancel),
        Command::Keys(command) => keys::perform(command, voice, cancel),
    }
}
