//! What may be known of a key without knowing it.

use super::KeyId;
use stockade_core::UnixMillis;

/// Where a key is in its life. It only ever moves down this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyState {
    /// Seals and opens. A ring has exactly one such key.
    Active,
    /// Opens what it sealed, and seals nothing any more.
    DecryptOnly,
    /// Its secret is gone, and so is everything that only it could open.
    Destroyed,
}

impl KeyState {
    /// The name that stands in listings and in the key-ring file.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::DecryptOnly => "decrypt-only",
            Self::Destroyed => "destroyed",
        }
    }
}

impl std::fmt::Display for KeyState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A key's name, state and times. No secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[non_exhaustive]
pub struct KeyInfo {
    /// Its name.
    pub id: KeyId,
    /// Where it is in its life.
    pub state: KeyState,
    /// When it was drawn and became the active key.
    pub created: UnixMillis,
    /// When it became decrypt-only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired: Option<UnixMillis>,
    /// When its secret was destroyed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destroyed: Option<UnixMillis>,
}

impl KeyInfo {
    /// A key whose state follows from its times. `None` where the times contradict each other.
    pub(super) fn new(
        id: KeyId,
        created: UnixMillis,
        retired: Option<UnixMillis>,
        destroyed: Option<UnixMillis>,
    ) -> Option<Self> {
        let state = match (retired, destroyed) {
            (None, None) => KeyState::Active,
            (Some(retired), None) if retired >= created => KeyState::DecryptOnly,
            (Some(retired), Some(destroyed)) if retired >= created && destroyed >= retired => {
                KeyState::Destroyed
            }
            _ => return None,
        };
        Some(Self { id, state, created, retired, destroyed })
    }

    /// A key drawn just now.
    pub(super) fn fresh(id: KeyId, now: UnixMillis) -> Self {
        Self { id, state: KeyState::Active, created: now, retired: None, destroyed: None }
    }

    /// The same key, retired. A clock that was set back since does not put the end before the beginning.
    pub(super) fn retired_at(self, now: UnixMillis) -> Self {
        Self { state: KeyState::DecryptOnly, retired: Some(now.max(self.created)), ..self }
    }

    /// The same key, destroyed.
    pub(super) fn destroyed_at(self, now: UnixMillis) -> Self {
        let retired = self.retired.unwrap_or(self.created);
        let destroyed = Some(now.max(retired));
        Self { state: KeyState::Destroyed, retired: Some(retired), destroyed, ..self }
    }
}
