//! How a person proved who they are.

#[cfg(test)]
mod tests;

use crate::{InvalidText, InvalidTextReason};
use serde::de::{SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// One way to prove who one is. Its name stands in the `amr` claim of tokens and in stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthMethod {
    /// A password: `pwd` (RFC 8176 §2).
    Password,
    /// A one-time code of an authenticator app (RFC 6238): `otp` (RFC 8176 §2).
    Totp,
    /// A backup code, which NIST SP 800-63B calls a look-up secret: `backup_code`. RFC 8176 has no name for it; `otp` would hide
    /// from an audit that the authenticator itself was not at hand.
    BackupCode,
}

impl AuthMethod {
    const ALL: [Self; 3] = [Self::Password, Self::Totp, Self::BackupCode];

    /// The name in tokens and stores.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "pwd",
            Self::Totp => "otp",
            Self::BackupCode => "backup_code",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Password => 1,
            Self::Totp => 1 << 1,
            Self::BackupCode => 1 << 2,
        }
    }
}

impl FromStr for AuthMethod {
    type Err = InvalidText;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|method| method.name() == name)
            .ok_or(InvalidText { what: "an authentication method", reason: InvalidTextReason::Character })
    }
}

/// A set of [`AuthMethod`]s: all that a person proved in one session.
///
/// Serialised as a list of names, written by `Display` with blanks between them. An unknown name is refused, not skipped: a
/// verifier that does not know a method cannot say what it is worth.
///
/// ```
/// use stockade_core::{Assurance, AuthMethod, AuthMethods};
/// let password = AuthMethods::of(AuthMethod::Password);
/// assert_eq!(password.assurance(), Assurance::Aal1);
/// assert_eq!(password.with(AuthMethod::Totp).assurance(), Assurance::Aal2);
/// assert!("pwd telepathy".parse::<AuthMethods>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct AuthMethods(u8);

impl AuthMethods {
    /// The most names that are read of a list.
    pub const MAX: usize = 8;

    /// Nothing proved, or nothing known of it.
    pub const NONE: Self = Self(0);

    /// One method alone.
    #[must_use]
    pub const fn of(method: AuthMethod) -> Self {
        Self(method.bit())
    }

    /// These and `method`.
    #[must_use]
    pub const fn with(self, method: AuthMethod) -> Self {
        Self(self.0 | method.bit())
    }

    /// Whether `method` is among them.
    #[must_use]
    pub const fn contains(self, method: AuthMethod) -> bool {
        self.0 & method.bit() != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The methods, in one fixed order.
    pub fn iter(self) -> impl Iterator<Item = AuthMethod> {
        AuthMethod::ALL.into_iter().filter(move |method| self.contains(*method))
    }

    /// The assurance that they give together (NIST SP 800-63B-4 §2): two different factors are [`Assurance::Aal2`], everything
    /// else is [`Assurance::Aal1`]. An authenticator app and its backup codes are one factor, something that one has.
    #[must_use]
    pub const fn assurance(self) -> Assurance {
        let known = self.contains(AuthMethod::Password);
        let held = self.contains(AuthMethod::Totp) || self.contains(AuthMethod::BackupCode);
        if known && held { Assurance::Aal2 } else { Assurance::Aal1 }
    }

    /// Adds the method with this name, once.
    fn admit(self, name: &str) -> Result<Self, InvalidText> {
        let method = name.parse()?;
        if self.contains(method) {
            return Err(InvalidText {
                what: "a list of authentication methods",
                reason: InvalidTextReason::Character,
            });
        }
        Ok(self.with(method))
    }
}

impl FromIterator<AuthMethod> for AuthMethods {
    fn from_iter<I: IntoIterator<Item = AuthMethod>>(methods: I) -> Self {
        methods.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Display for AuthMethods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().enumerate().try_for_each(|(i, method)| {
            let gap = if i == 0 { "" } else { " " };
            write!(f, "{gap}{}", method.name())
        })
    }
}

impl fmt::Debug for AuthMethods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthMethods({self})")
    }
}

impl FromStr for AuthMethods {
    type Err = InvalidText;

    /// Reads what `Display` writes: names with one blank between them; the empty text is the empty set.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Ok(Self::NONE);
        }
        let mut names = text.split(' ');
        let set = names.by_ref().take(Self::MAX).try_fold(Self::NONE, Self::admit)?;
        match names.next() {
            None => Ok(set),
            Some(_) => Err(InvalidText {
                what: "a list of authentication methods",
                reason: InvalidTextReason::TooLong { max: Self::MAX },
            }),
        }
    }
}

impl serde::Serialize for AuthMethods {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.count_ones() as usize))?;
        self.iter().try_for_each(|method| list.serialize_element(method.name()))?;
        list.end()
    }
}

impl<'de> serde::Deserialize<'de> for AuthMethods {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Names)
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = AuthMethods;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of at most {} authentication methods", AuthMethods::MAX)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<AuthMethods, A::Error> {
        let mut set = AuthMethods::NONE;
        let mut read = 0;
        while let Some(name) = list.next_element::<Cow<'de, str>>()? {
            read += 1;
            if read > AuthMethods::MAX {
                return Err(serde::de::Error::invalid_length(read, &self));
            }
            set = set.admit(&name).map_err(serde::de::Error::custom)?;
        }
        Ok(set)
    }
}

/// How sure one may be of who it is (NIST SP 800-63B-4 §2). Ordered: more is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Assurance {
    /// One factor.
    Aal1,
    /// Two different factors.
    Aal2,
}

impl Assurance {
    /// The value of the `acr` claim: `aal1` or `aal2`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aal1 => "aal1",
            Self::Aal2 => "aal2",
        }
    }
}

impl fmt::Display for Assurance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Assurance {
    type Err = InvalidText;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Aal1, Self::Aal2]
            .into_iter()
            .find(|assurance| assurance.name() == name)
            .ok_or(InvalidText { what: "an assurance level", reason: InvalidTextReason::Character })
    }
}
