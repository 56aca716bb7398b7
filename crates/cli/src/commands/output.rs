//! Where the result goes: a file that appears whole, or a stream.

use super::input::named;
use crate::args::Target;
use crate::failure::Failure;
use crate::terminal::TextOnly;
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use stockade_crypto_at_rest::file::{Existing, WriteOptions};

/// Where the result goes.
pub(crate) enum Sink<'a> {
    /// Under this name, whole or not at all.
    File(&'a Path, WriteOptions),
    /// In order, as it is made.
    Stream(Box<dyn Write + Send>),
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// A sealed file, never text.
    Sealed,
    /// A sealed file in armour.
    Armor,
    /// Whatever was sealed: text, perhaps.
    Plain,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(target: &'a Target, content: Content) -> Result<Self, Failure> {
        if let Some(path) = named(target.output.as_deref()) {
            return Self::at(path, target.force);
        }
        let stdout = rustix::io::dup(io::stdout()).map_err(io::Error::from);
        let stdout = File::from(stdout.map_err(Failure::io("standard output"))?);
        let insisted = target.output.is_some();
        let to_terminal = stdout.is_terminal() && !insisted;
        Ok(match content {
            Content::Sealed if to_terminal => return Err(binary_to_terminal()),
            Content::Plain if to_terminal => Self::Stream(Box::new(TextOnly::new(stdout))),
            _ => Self::Stream(Box::new(stdout)),
        })
    }

    fn at(path: &'a Path, force: bool) -> Result<Self, Failure> {
        let kind = path.symlink_metadata().map(|metadata| metadata.file_type());
        // What cannot be replaced whole is written to: `-o /dev/null`, a named pipe.
        if kind.is_ok_and(|kind| kind.is_char_device() || kind.is_fifo()) {
            let stream = File::options().write(true).open(path).map_err(Failure::file(path))?;
            return Ok(Self::Stream(Box::new(stream)));
        }
        let existing = if force { Existing::Replace } else { Existing::Refuse };
        Ok(Self::File(path, WriteOptions::default().existing(existing)))
    }
}

/// How messages call the output.
pub(crate) fn name(target: &Target) -> &Path {
    named(target.output.as_deref()).unwrap_or(Path::new("standard output"))
}

/// A file took the result, and standard output is free to say so.
pub(crate) fn is_free(target: &Target) -> bool {
    named(target.output.as_deref()).is_some()
}

pub(crate) fn binary_to_terminal() -> Failure {
    Failure::refused("binary_to_terminal", crate::terminal::BinaryToTerminal.to_string())
}
