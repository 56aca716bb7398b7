//! The proof that a key is gone.

use super::KeyId;
use stockade_core::{Action, Entropy, EntropyError, Event, Outcome, Resource, UnixMillis};

/// A key was destroyed (crypto-erasure): what it sealed cannot be opened by this ring any more.
///
/// It holds once the ring has been saved: until then the file still has the secret. Copies of older key-ring files, and backups
/// of them, keep it for whoever also has their password or wrapping key; destroying those is the operator's part. Snapshots of
/// the ring that are still in use keep it until they are dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a destroyed key is reported: record the event"]
#[non_exhaustive]
pub struct Destruction {
    /// The key.
    pub id: KeyId,
    /// Its [commitment](super::RingKey::commitment): evidence of which secret bore the id.
    pub commitment: [u8; 32],
    /// When.
    pub at: UnixMillis,
}

impl Destruction {
    /// The action that [`event`](Self::event) names.
    pub const ACTION: Action = Action::named("crypto.key_destroy");

    /// The event for the audit log: the key, and its commitment in hexadecimal.
    ///
    /// # Errors
    /// The system gave no randomness for the event's id.
    pub fn event(&self, entropy: &dyn Entropy) -> Result<Event, EntropyError> {
        let commitment: String = self.commitment.iter().map(|octet| format!("{octet:02x}")).collect();
        Ok(Event::new(self.at, entropy, Self::ACTION, Outcome::Success)?
            .on(Resource::new("key", self.id))
            .with("commitment", commitment))
    }
}
