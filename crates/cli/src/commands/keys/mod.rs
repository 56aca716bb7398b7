//! `keys`.

mod destroy;
mod identity;
mod list;
mod new;
mod rotate;
mod signing;

use crate::args::{KeysCommand, Voice};
use crate::cancel::Cancel;
use crate::failure::Failure;

pub(super) fn perform(command: KeysCommand, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    match command {
        KeysCommand::New(args) => new::new(&args, voice, cancel),
        KeysCommand::List(args) => list::list(&args, voice, cancel),
        KeysCommand::Rotate(args) => rotate::rotate(&args, voice, cancel),
        KeysCommand::Destroy(args) => destroy::destroy(&args, voice, cancel),
        KeysCommand::Identity(args) => identity::identity(&args, voice),
        KeysCommand::Signing(command) => signing::perform(command, voice, cancel),
    }
}
