//! Proof for the audit log that a key was erased.

use super::{Cause, CiphertextFate, KeyFingerprint, MediumCaveat, ObjectDigest};
use crate::Level;
use std::fmt;
use stockade_core::{Event, UnixMillis};

/// What an erasure came to. Serialisable, and free of personal data as far as object ids are: it has the id's digest, not the id.
///
/// It is a statement of the service that made it, not a proof to third parties: an audit log that cannot be altered unseen makes it one.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct ErasureReceipt {
    /// Which object, as a digest of its id.
    pub object: ObjectDigest,
    /// Which key.
    pub key: KeyFingerprint,
    /// When the key was erased: the first time, however often it was asked for.
    pub erased_at: UnixMillis,
    /// Why.
    pub cause: Cause,
    /// Whether this call erased it.
    pub turn: Turn,
    /// Which store said so.
    pub store: String,
    /// What the store's own medium may still have of the wrapped key.
    pub medium: MediumCaveat,
    /// What became of the ciphertext.
    pub ciphertext: CiphertextFate,
}

/// Whether a receipt is of the erasure itself or of a later call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// The call that this receipt is of erased the key.
    First,
    /// The key was erased before; this call went on with what was left to do.
    Again,
}

impl ErasureReceipt {
    /// What is assured, and what the level does not say: [`Level::CryptoErased`], always, since a receipt exists only of a key that is no
    /// longer given out, beside what the key store's medium may still have of its wrap.
    #[must_use = "the level without the caveat says too much"]
    pub fn assured(&self) -> (Level, MediumCaveat) {
        (Level::CryptoErased, self.medium)
    }

    /// Whether calling again may still better something: a log that was in use, a ciphertext that is left.
    pub fn remains(&self) -> Remains {
        let log = matches!(self.medium, MediumCaveat::LogNotEmptied | MediumCaveat::Unknown);
        let ciphertext = matches!(self.ciphertext, CiphertextFate::Left { .. });
        if log || ciphertext { Remains::Something } else { Remains::Nothing }
    }

    /// Adds the receipt to an event, as nine details of bounded size at most.
    #[must_use]
    pub fn describe(&self, event: Event) -> Event {
        let turn = match self.turn {
            Turn::First => "first",
            Turn::Again => "again",
        };
        let event = event
            .with("erased_object", self.object.to_string())
            .with("erased_key", self.key.to_string())
            .with("erased_at", self.erased_at.as_millis())
            .with("erasure", format!("{} {turn} {}", self.cause.as_str(), self.store))
            .with("medium", self.medium.as_str())
            .with("ciphertext", self.ciphertext.as_str());
        match &self.ciphertext {
            CiphertextFate::Deleted { reasons, passes, bytes, .. } => {
                let event = event.with("ciphertext_passes", *passes).with("ciphertext_bytes", *bytes);
                if reasons.is_empty() { event } else { event.with("ciphertext_why", reasons.join("; ")) }
            }
            CiphertextFate::Left { code } => event.with("ciphertext_why", code.as_str()),
            _ => event,
        }
    }
}

/// Whether an erasure has work left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Remains {
    /// All was done that this way of deleting does.
    Nothing,
    /// Something could not be done; the key is gone all the same. Call again.
    Something,
}

impl fmt::Display for ErasureReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key {} was erased from the {} store: {}", self.key, self.store, self.medium)?;
        match &self.ciphertext {
            CiphertextFate::NotAsked => f.write_str("; the ciphertext was left alone"),
            CiphertextFate::Absent => f.write_str("; there was no ciphertext"),
            CiphertextFate::Deleted { level, .. } => write!(f, "; the ciphertext by itself: {level}"),
            CiphertextFate::Left { code } => write!(f, "; the ciphertext is left: {code}"),
        }
    }
}
