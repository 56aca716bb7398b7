//! A derivation's name and parameters as text: in the key-ring file, and as arguments of our age stanzas.

use super::{KdfError, PasswordKdf, decimal};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

const ARGON2ID: &str = "argon2id";
const PBKDF2_HMAC_SHA256: &str = "pbkdf2-hmac-sha256";

impl PasswordKdf {
    /// The most octets of the text: the name and three numbers of twenty digits, rounded up.
    pub const MAX_TEXT_LEN: usize = 96;

    /// The function's name: `argon2id` or `pbkdf2-hmac-sha256`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Argon2id { .. } => ARGON2ID,
            Self::Pbkdf2HmacSha256 { .. } => PBKDF2_HMAC_SHA256,
        }
    }

    /// The parameters in decimal digits: memory in KiB, passes and lanes, or the iterations.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        match self {
            Self::Argon2id { memory_kib, passes, lanes } => {
                [memory_kib, passes, lanes].map(u32::to_string).into()
            }
            Self::Pbkdf2HmacSha256 { iterations } => vec![iterations.to_string()],
        }
    }

    /// The function of this name with these parameters. Only their form is judged; [`check`](Self::check) judges the cost, and
    /// [`derive`](Self::derive) does before it works.
    ///
    /// # Errors
    /// The name is unknown, a parameter is missing, surplus, or no decimal number without sign or leading zero, or it is 2^32 or
    /// more.
    pub fn from_arguments(name: &str, arguments: &[&str]) -> Result<Self, KdfError> {
        match (name, arguments) {
            (ARGON2ID, [memory_kib, passes, lanes]) => Ok(Self::Argon2id {
                memory_kib: number("memory_kib", memory_kib)?,
                passes: number("passes", passes)?,
                lanes: number("lanes", lanes)?,
            }),
            (PBKDF2_HMAC_SHA256, [iterations]) => {
                Ok(Self::Pbkdf2HmacSha256 { iterations: number("iterations", iterations)? })
            }
            (ARGON2ID | PBKDF2_HMAC_SHA256, _) => Err(KdfError::Malformed),
            _ => Err(KdfError::UnknownFunction),
        }
    }
}

fn number(parameter: &'static str, text: &str) -> Result<u32, KdfError> {
    let value = decimal(text).ok_or(KdfError::Malformed)?;
    u32::try_from(value).map_err(|_| KdfError::TooCostly { parameter, value, max: u32::MAX.into() })
}

impl fmt::Display for PasswordKdf {
    /// The name and the parameters, a space between: `argon2id 65536 3 4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name(), self.arguments().join(" "))
    }
}

impl FromStr for PasswordKdf {
    type Err = KdfError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > Self::MAX_TEXT_LEN {
            return Err(KdfError::Malformed);
        }
        let mut words = text.split(' ');
        let name = words.next().unwrap_or_default();
        Self::from_arguments(name, &words.collect::<Vec<_>>())
    }
}

impl serde::Serialize for PasswordKdf {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for PasswordKdf {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
