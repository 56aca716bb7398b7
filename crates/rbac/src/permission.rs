//! What a route asks for.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// One thing that may be done to one kind of resource: `resource:action`, as in `doc:read` or `billing.invoice:export`.
///
/// Both parts have at least one byte of `a–z 0–9 _ -`, the resource also `.`; at most [`MAX_LEN`](Permission::MAX_LEN) bytes in
/// all. No wildcards: a route asks for something definite, only a [`Grant`](crate::Grant) may be broad.
///
/// ```
/// use stockade_rbac::Permission;
/// const READ: Permission = Permission::literal("doc:read");
/// assert_eq!((READ.resource(), READ.action()), ("doc", "read"));
/// assert!("doc:*".parse::<Permission>().is_err());
/// ```
///
/// A misspelt one does not compile:
///
/// ```compile_fail
/// const READ: stockade_rbac::Permission = stockade_rbac::Permission::literal("doc.read");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    text: Cow<'static, str>,
    colon: usize,
}

/// Why a text is neither a permission nor a grant. The text is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPermission {
    /// More than [`Permission::MAX_LEN`] bytes.
    #[error("a permission has at most {} bytes", Permission::MAX_LEN)]
    TooLong,
    /// Not two parts with one colon between them.
    #[error("a permission is `resource:action`")]
    Shape,
    /// A byte outside the alphabet, or a wildcard where there may be none or that is not a whole part.
    #[error("a permission has a character outside its alphabet")]
    Character,
}

impl Permission {
    /// The most bytes of a permission.
    pub const MAX_LEN: usize = 128;

    /// A permission written in the source. A bad one fails where it is written, at compile time in a `const`.
    ///
    /// # Panics
    /// `text` is no permission.
    #[must_use]
    #[expect(
        clippy::panic,
        reason = "a bad literal is a fault of the source, caught by the compiler in a `const`"
    )]
    pub const fn literal(text: &'static str) -> Self {
        match colon_of(text.as_bytes(), Wildcards::Refused) {
            Ok(colon) => Self { text: Cow::Borrowed(text), colon },
            Err(_) => panic!("a permission is `resource:action` of a-z 0-9 _ - (and . in the resource)"),
        }
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// To what.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.text[..self.colon]
    }

    /// What is done.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.text[self.colon + 1..]
    }
}

/// A permission as a type, so that a signature can demand it (`Require<ReadDoc>` in an extractor).
///
/// ```
/// use stockade_rbac::{NamedPermission, Permission};
/// struct ReadDoc;
/// impl NamedPermission for ReadDoc {
///     const PERMISSION: Permission = Permission::literal("doc:read");
/// }
/// assert_eq!(ReadDoc::PERMISSION.as_str(), "doc:read");
/// ```
pub trait NamedPermission {
    /// The permission that the type stands for.
    const PERMISSION: Permission;
}

impl FromStr for Permission {
    type Err = InvalidPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let colon = colon_of(text.as_bytes(), Wildcards::Refused)?;
        Ok(Self { text: Cow::Owned(text.to_owned()), colon })
    }
}

impl AsRef<str> for Permission {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Permission({})", self.text)
    }
}

/// Whether `*` may stand for a whole part.
#[derive(Clone, Copy)]
pub(crate) enum Wildcards {
    Allowed,
    Refused,
}

/// Where the one colon stands in a well-formed `resource:action`.
pub(crate) const fn colon_of(text: &[u8], wildcards: Wildcards) -> Result<usize, InvalidPermission> {
    if text.len() > Permission::MAX_LEN {
        return Err(InvalidPermission::TooLong);
    }
    let mut colon = None;
    let mut i = 0;
    while i < text.len() {
        match (text[i], colon) {
            (b':', None) => colon = Some(i),
            (b':', Some(_)) => return Err(InvalidPermission::Shape),
            (b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-', _) | (b'.', None) => {}
            (b'*', _) if matches!(wildcards, Wildcards::Allowed) && is_whole_part(text, i) => {}
            _ => return Err(InvalidPermission::Character),
        }
        i += 1;
    }
    match colon {
        Some(colon) if colon > 0 && colon + 1 < text.len() => Ok(colon),
        _ => Err(InvalidPermission::Shape),
    }
}

const fn is_whole_part(text: &[u8], i: usize) -> bool {
    (i == 0 || text[i - 1] == b':') && (i + 1 == text.len() || text[i + 1] == b':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn permission_confusion_is_refused_at_the_door() {
        use InvalidPermission::{Character, Shape, TooLong};
        for (text, why) in [
            ("", Shape),
            ("doc", Shape),
            ("doc:", Shape),
            (":read", Shape),
            (":", Shape),
            ("doc:read:all", Shape),
            ("doc::read", Shape),
            ("doc:*", Character),
            ("*", Character),
            ("Doc:read", Character),
            ("doc:read ", Character),
            ("doc:re.ad", Character),
            ("doc:read\0", Character),
            ("dоc:read", Character),
            ("doc\u{ff1a}read", Character),
        ] {
            assert_eq!(text.parse::<Permission>(), Err(why), "{text:?}");
        }
        let longest = format!("{}:r", "d".repeat(126));
        assert!(longest.parse::<Permission>().is_ok());
        assert_eq!(format!("{longest}r").parse::<Permission>(), Err(TooLong));
    }

    #[test]
    fn a_literal_equals_the_same_text_read_at_run_time() {
        const EXPORT: Permission = Permission::literal("billing.invoice:export-pdf");
        let read: Permission = "billing.invoice:export-pdf".parse().unwrap();
        assert_eq!(read, EXPORT);
        assert_eq!((read.resource(), read.action()), ("billing.invoice", "export-pdf"));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_parses_has_two_plain_parts(text in "[a-c.*:_ A]{0,12}|.*") {
            if let Ok(permission) = text.parse::<Permission>() {
                prop_assert_eq!(format!("{}:{}", permission.resource(), permission.action()), text.as_str());
                prop_assert!(!permission.resource().is_empty() && !permission.action().is_empty());
                prop_assert!(!text.contains('*'));
            }
        }
    }
}
