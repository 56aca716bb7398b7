//! A file's name, which need not be text.

use serde::{Serialize, Serializer};
use std::ffi::{OsStr, OsString};
use std::fmt;

/// A name or path as the system has it. As text, bytes that are not UTF-8, control characters and backslashes are escaped, so that
/// two names never look the same and none of them moves a terminal's cursor.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Name(OsString);

impl Name {
    pub(crate) fn new(name: impl Into<OsString>) -> Self {
        Self(name.into())
    }

    /// The name as it is.
    #[must_use]
    pub fn as_os_str(&self) -> &OsStr {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.as_encoded_bytes().utf8_chunks() {
            for character in chunk.valid().chars() {
                match character {
                    '\\' => f.write_str("\\\\")?,
                    character if character.is_control() || is_invisible(character) => {
                        write!(f, "{}", character.escape_unicode())?;
                    }
                    character => write!(f, "{character}")?,
                }
            }
            write!(f, "{}", chunk.invalid().escape_ascii())?;
        }
        Ok(())
    }
}

/// Characters that change how others are shown, without being seen (Unicode's bidirectional and zero-width controls).
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
