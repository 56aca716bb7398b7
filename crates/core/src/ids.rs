//! Who, where and which: the identifiers that cross crate borders.

use crate::text::bounded_text;
use crate::{Entropy, EntropyError, InvalidText, InvalidTextReason, UnixMillis};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

bounded_text! {
    /// The stable key of a person or a machine, as the application knows it.
    ///
    /// 1 to 255 bytes of visible ASCII, compared byte for byte: the bound of the OpenID Connect Core 1.0 §2 `sub` claim.
    /// A number, a UUID or `tenant:user` all fit. Never an e-mail address: addresses change hands.
    SubjectId, "a subject id", max = 255, allowed = |b| b.is_ascii_graphic()
}

bounded_text! {
    /// The organisation on whose behalf a subject acts; 1 to 128 bytes of visible ASCII.
    TenantId, "a tenant id", max = 128, allowed = |b| b.is_ascii_graphic()
}

bounded_text! {
    /// One request's name in every log line that it causes; 1 to 128 bytes of `A–Z a–z 0–9 . _ -`.
    ///
    /// The alphabet covers UUIDs, ULIDs and W3C trace ids, and leaves nothing with which a log line, a header or a shell
    /// command could be forged.
    RequestId, "a request id", max = 128, allowed = |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')
}

bounded_text! {
    /// A role's name; 1 to 64 bytes of `a–z 0–9 . _ -`, so that `Admin` and `admin` cannot be two roles.
    RoleName, "a role name", max = 64, allowed = |b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-')
}

bounded_text! {
    /// What an API key may be used for: a permission, or a pattern of permissions; 1 to 64 bytes of `a–z 0–9 : . _ -` and `*`.
    ///
    /// It narrows what the roles of the key's owner allow and never widens it.
    Scope, "a scope", max = 64, allowed = |b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b':' | b'.' | b'_' | b'-' | b'*')
}

bounded_text! {
    /// The public half of an API key, by which it is looked up; at most 16 bytes of `A–Z a–z 0–9`.
    ///
    /// A name, not a secret: it stands in audit events and in the list that its owner sees.
    ApiKeyId, "an api key id", max = 16, allowed = |b| b.is_ascii_alphanumeric()
}

impl SubjectId {
    /// A fresh, time-ordered subject id (UUID version 7).
    ///
    /// # Errors
    /// The system gave no randomness.
    pub fn generate(now: UnixMillis, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        Ok(Self(time_ordered(now, entropy)?.to_string().into()))
    }
}

impl RequestId {
    /// A fresh, time-ordered request id (UUID version 7).
    ///
    /// # Errors
    /// The system gave no randomness.
    pub fn generate(now: UnixMillis, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let id = time_ordered(now, entropy)?;
        Ok(Self((&*id.hyphenated().encode_lower(&mut Uuid::encode_buffer())).into()))
    }
}

/// One login on one device, from sign-in to its end.
///
/// A name, not a secret: it stands in access tokens, in audit events and in the list that a user sees.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct SessionId(Uuid);

impl SessionId {
    /// A fresh, time-ordered session id (UUID version 7).
    ///
    /// # Errors
    /// The system gave no randomness.
    pub fn generate(now: UnixMillis, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        time_ordered(now, entropy).map(Self)
    }

    /// The sixteen bytes of the id, for compact tokens and binary columns.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.into_bytes()
    }

    /// The id with these sixteen bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({})", self.0)
    }
}

impl FromStr for SessionId {
    type Err = InvalidText;

    /// Reads the hyphenated form only: one id has one spelling.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = InvalidText { what: "a session id", reason: InvalidTextReason::Character };
        if text.len() != uuid::fmt::Hyphenated::LENGTH {
            return Err(invalid);
        }
        Uuid::try_parse(text).map(Self).map_err(|_| invalid)
    }
}

/// A UUID version 7 (RFC 9562 §5.7): 48 bits of milliseconds, 74 random bits.
pub(crate) fn time_ordered(now: UnixMillis, entropy: &dyn Entropy) -> Result<Uuid, EntropyError> {
    let mut random = [0; 10];
    entropy.fill(&mut random)?;
    Ok(uuid::Builder::from_unix_timestamp_millis(now.as_millis(), &random).into_uuid())
}
