//! Names of the system in reports: bytes that are not UTF-8 are shown as replacement characters.

use serde::Serializer;
use std::ffi::OsStr;
use std::path::Path;

pub(super) fn path<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

pub(super) fn os<S: Serializer>(text: &OsStr, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&text.display())
}
