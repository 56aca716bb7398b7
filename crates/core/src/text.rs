//! Bounded ASCII identifiers: length and alphabet are checked once, where the text enters.

use std::fmt;

/// Why a text cannot be an identifier of the wanted kind.
///
/// The offending text is not repeated: identifiers arrive from the network, and errors end in logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidText {
    pub(crate) what: &'static str,
    pub(crate) reason: InvalidTextReason,
}

/// The rule that an identifier broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidTextReason {
    /// Nothing was given.
    Empty,
    /// Longer than the stated number of bytes.
    TooLong {
        /// The most bytes an identifier of this kind has.
        max: usize,
    },
    /// A character outside the alphabet of this kind.
    Character,
}

impl InvalidText {
    /// The rule that was broken.
    #[must_use]
    pub fn reason(&self) -> InvalidTextReason {
        self.reason
    }
}

impl fmt::Display for InvalidText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason {
            InvalidTextReason::Empty => write!(f, "{} is empty", self.what),
            InvalidTextReason::TooLong { max } => {
                write!(f, "{} is longer than {max} bytes", self.what)
            }
            InvalidTextReason::Character => {
                write!(f, "{} has a character outside its alphabet", self.what)
            }
        }
    }
}

impl std::error::Error for InvalidText {}

pub(crate) fn check(
    text: &str,
    what: &'static str,
    max: usize,
    allowed: fn(u8) -> bool,
) -> Result<(), InvalidText> {
    let reason = if text.is_empty() {
        InvalidTextReason::Empty
    } else if text.len() > max {
        InvalidTextReason::TooLong { max }
    } else if !text.bytes().all(allowed) {
        InvalidTextReason::Character
    } else {
        return Ok(());
    };
    Err(InvalidText { what, reason })
}

/// `text` on one line and of at most `max` characters: freed of control characters, then cut.
pub(crate) fn one_line(text: String, max: usize) -> String {
    // Short plain ASCII, nearly all there is, stays as it is.
    if text.len() <= max && text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
        return text;
    }
    text.chars().filter(|c| !c.is_control()).take(max).collect()
}

/// Declares a newtype over a shared, bounded, checked ASCII string.
macro_rules! bounded_text {
    ($(#[$doc:meta])* $name:ident, $what:literal, max = $max:expr, allowed = $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// The most bytes that a value may have.
            pub const MAX_LEN: usize = $max;

            /// Checks `text` and takes it over.
            ///
            /// # Errors
            /// The rule that `text` breaks: empty, too long, or a character outside the alphabet.
            pub fn new(text: impl AsRef<str>) -> Result<Self, $crate::InvalidText> {
                let text = text.as_ref();
                $crate::text::check(text, $what, Self::MAX_LEN, $allowed)?;
                Ok(Self(text.into()))
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::InvalidText;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use bounded_text;
