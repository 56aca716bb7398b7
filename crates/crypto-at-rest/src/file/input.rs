//! What is sealed or opened.

use super::FileError;
use super::pump::Feed;
use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// What is sealed or opened: `&mut` any reader, or `&File`.
///
/// A regular file given as `&File` is read from where it stands to its end by all threads side by side, and must not be changed
/// meanwhile: a change of its length is noticed, a change of its content is not. Whatever else
/// a `&File` is (a pipe, a device) is read as a stream.
#[non_exhaustive]
pub enum Input<'a> {
    /// Read in order to its end.
    Stream(&'a mut (dyn Read + Send)),
    /// Read in order or side by side, whichever it allows.
    File(&'a File),
}

impl<'a, R: Read + Send> From<&'a mut R> for Input<'a> {
    fn from(reader: &'a mut R) -> Self {
        Self::Stream(reader)
    }
}

impl<'a> From<&'a File> for Input<'a> {
    fn from(file: &'a File) -> Self {
        Self::File(file)
    }
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stream(_) => "Input::Stream",
            Self::File(_) => "Input::File",
        })
    }
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Stream(reader) => reader.read(buffer),
            Self::File(file) => file.read(buffer),
        }
    }
}

/// From where to where a regular file is to be read, if this is one. Files of `/proc` say that they are empty, and are not.
pub(super) fn span(file: &File) -> Result<Option<(u64, u64)>, FileError> {
    let metadata = file.metadata().map_err(FileError::Read)?;
    if !metadata.is_file() || metadata.len() == 0 {
        return Ok(None);
    }
    let mut seeker = file;
    let at = seeker.stream_position().map_err(FileError::Read)?;
    Ok(metadata.len().checked_sub(at).map(|len| (at, len)))
}

/// How the rest of the input, or of the file from `skip` octets on, goes into a run. Below `shortest` octets a stream does.
pub(super) fn feed<'a>(input: &'a mut Input<'_>, shortest: u64) -> Result<Feed<'a>, FileError> {
    match input {
        Input::Stream(reader) => Ok(Feed::Stream(&mut **reader)),
        Input::File(file) => match span(file)? {
            Some((at, len)) if len > shortest => Ok(Feed::Placed { file, at, len }),
            _ => Ok(Feed::Stream(file)),
        },
    }
}

/// Leaves a file that was read side by side as a reader would have left it: at its end.
pub(super) fn consume(mut file: &File, end: u64) -> Result<(), FileError> {
    file.seek(SeekFrom::Start(end)).map(drop).map_err(FileError::Read)
}
