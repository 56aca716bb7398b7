//! A path that can only lead down.

use crate::error::DeleteError;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

/// `PATH_MAX` of Linux, with its NUL.
const PATH_MAX: usize = 4096;
/// `NAME_MAX` of Linux.
const NAME_MAX: usize = 255;

/// A path beneath the root, checked before the system sees it: relative, without `..`, without NUL, and not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Beneath {
    /// The folder; `.` for the root itself.
    pub(crate) folder: PathBuf,
    /// The last name.
    pub(crate) name: OsString,
}

impl Beneath {
    pub(crate) fn parse(path: &Path) -> Result<Self, DeleteError> {
        let bytes = path.as_os_str().as_bytes();
        if bytes.is_empty() || bytes.len() >= PATH_MAX || bytes.contains(&0) {
            return Err(DeleteError::InvalidPath);
        }
        let mut folder = PathBuf::from(".");
        let mut name: Option<&OsStr> = None;
        for component in path.components() {
            match component {
                Component::Normal(next) if next.len() <= NAME_MAX => {
                    folder.extend(name.replace(next));
                }
                Component::CurDir => {}
                Component::Normal(_) | Component::Prefix(_) | Component::RootDir | Component::ParentDir => {
                    return Err(DeleteError::InvalidPath);
                }
            }
        }
        match name {
            Some(name) => Ok(Self { folder, name: name.to_owned() }),
            None => Err(DeleteError::InvalidPath),
        }
    }

    /// A single name, of an entry of an open folder.
    pub(crate) fn name(name: &OsStr) -> Result<&OsStr, DeleteError> {
        let bytes = name.as_bytes();
        match bytes {
            b"" | b"." | b".." => Err(DeleteError::InvalidPath),
            _ if bytes.len() > NAME_MAX || bytes.contains(&0) || bytes.contains(&b'/') => {
                Err(DeleteError::InvalidPath)
            }
            _ => Ok(name),
        }
    }
}
