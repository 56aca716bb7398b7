//! `guard`: what policies say of texts.

mod bench;
mod check;
mod lines;
mod policies;
mod test;
mod words;

use crate::args::{GuardCommand, Voice};
use crate::cancel::Cancel;
use crate::failure::Failure;

pub(super) fn perform(command: GuardCommand, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    match command {
        GuardCommand::Check(args) => check::check(&args.guard, voice, cancel),
        GuardCommand::Test(args) => test::test(&args, voice),
        GuardCommand::Bench(args) => bench::bench(&args, voice, cancel),
    }
}
