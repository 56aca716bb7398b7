//! What is read: a file, or standard input.

use crate::cancel::{Cancel, Patient};
use crate::failure::Failure;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use stockade_crypto_at_rest::file::Input;

/// An opened input.
pub(crate) enum Source {
    /// A regular file, read side by side.
    File(File),
    /// A pipe, a terminal, a device: whoever waits for it must still hear a signal.
    Stream(Patient),
}

impl Source {
    /// Opens `path`, or standard input where there is none or it is `-`.
    pub(crate) fn new(path: Option<&Path>, cancel: &Cancel) -> Result<Self, Failure> {
        let file = match named(path) {
            Some(path) => File::open(path).map_err(Failure::file(path))?,
            None => {
                let stdin = rustix::io::dup(io::stdin()).map_err(io::Error::from);
                File::from(stdin.map_err(Failure::io("standard input"))?)
            }
        };
        let metadata = file.metadata().map_err(Failure::io("the input"))?;
        if metadata.is_dir() {
            return Err(Failure::usage("the input is a folder"));
        }
        Ok(if metadata.is_file() {
            Self::File(file)
        } else {
            Self::Stream(Patient::new(file, cancel.clone()))
        })
    }
}

impl Source {
    /// To be read from its start to its end.
    pub(crate) fn into_reader(self) -> Box<dyn Read> {
        match self {
            Self::File(file) => Box::new(file),
            Self::Stream(stream) => Box::new(stream),
        }
    }

    /// How many bytes there are, where that is known.
    pub(crate) fn remaining(&mut self) -> io::Result<Option<u64>> {
        match self {
            Self::File(file) => {
                let at = file.stream_position()?;
                Ok(file.metadata()?.len().checked_sub(at))
            }
            Self::Stream(_) => Ok(None),
        }
    }
}

impl<'a> From<&'a mut Source> for Input<'a> {
    fn from(source: &'a mut Source) -> Self {
        match source {
            Source::File(file) => Self::File(file),
            Source::Stream(stream) => Self::Stream(stream),
        }
    }
}

/// The path, unless it means a standard stream.
pub(crate) fn named(path: Option<&Path>) -> Option<&Path> {
    path.filter(|path| *path != Path::new("-"))
}

/// How messages call the input.
pub(crate) fn name(path: Option<&Path>) -> &Path {
    named(path).unwrap_or(Path::new("standard input"))
}
