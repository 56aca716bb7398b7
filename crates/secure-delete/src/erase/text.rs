//! The short texts of this module: checked once, where they enter.

use std::fmt;

/// Why a text is no object id, hold name or hold reason. The text is not repeated: it may come from the network, and errors end
/// in logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidName {
    /// Nothing was given.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// Longer than the given number of bytes.
    #[error("{0} is longer than {1} bytes")]
    TooLong(&'static str, usize),
    /// A character outside the alphabet of its kind.
    #[error("{0} has a character outside its alphabet")]
    Character(&'static str),
}

pub(super) fn check(
    text: &str,
    what: &'static str,
    max: usize,
    allowed: impl Fn(char) -> bool,
) -> Result<(), InvalidName> {
    if text.is_empty() {
        Err(InvalidName::Empty(what))
    } else if text.len() > max {
        Err(InvalidName::TooLong(what, max))
    } else if !text.chars().all(allowed) {
        Err(InvalidName::Character(what))
    } else {
        Ok(())
    }
}

/// Writes `bytes` in hexadecimal.
pub(super) fn hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// Reads exactly `N` bytes of lower-case hexadecimal: one value has one spelling.
pub(super) fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let [high, low] = *pair else { return None };
        *byte = digit(high)? << 4 | digit(low)?;
    }
    Some(bytes)
}

/// Declares a digest that is written as hexadecimal.
macro_rules! hex_digest {
    ($(#[$doc:meta])* $name:ident, $len:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// The digest with these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The bytes.
            #[must_use]
            pub const fn to_bytes(self) -> [u8; $len] {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::erase::text::hex(f, &self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::erase::InvalidName;

            /// Reads lower-case hexadecimal, which is what `Display` writes.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::erase::text::unhex(text).map(Self).ok_or($crate::erase::InvalidName::Character($what))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(super) use hex_digest;
