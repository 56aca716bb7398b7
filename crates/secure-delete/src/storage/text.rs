//! Names of the system in reports: bytes that are not UTF-8 are shown as replacement characters.

use serde::Serializer;
use std::ffi::OsStr;
use std::path::Path;

/// A word of the system that whoever mounts or maps may choose, as it may stand in an audit event: short, and of few signs.
pub(super) fn closed(word: &str) -> String {
    const LONGEST: usize = 32;
    let allowed = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_' | '-');
    word.chars().take(LONGEST).map(|sign| if allowed(sign) { sign } else { '_' }).collect()
}

pub(super) fn path<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

pub(super) fn os<S: Serializer>(text: &OsStr, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&text.display())
}
