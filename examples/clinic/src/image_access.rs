//! What opens one image: a key of the ring and the image's own key, both.

use stockade::core::{Entropy, Secret};
use stockade::secure_delete::erase::ObjectKey;
use stockade_crypto_at_rest::file::{
    FileKey, HeaderError, Identity, Recipient, RingAccess, Stanza, Unwrapped,
};

/// The image's own key masks the key of the file before the ring wraps it: whoever has the ring alone gets a mask of 128 random bits
/// instead of the key. It is erased with the image; the ring stays, for all the others.
///
/// Each image has one key, and a key masks one file: the mask is used once.
#[derive(Debug)]
pub(crate) struct ImageAccess {
    ring: RingAccess,
    mask: Secret<[u8; 32]>,
}

impl ImageAccess {
    pub(crate) fn new(ring: RingAccess, key: &ObjectKey) -> Self {
        Self { ring, mask: key.derive("clinic image: mask of the file key, v1") }
    }

    fn masked(&self, key: &FileKey) -> FileKey {
        let mut masked = *key.expose();
        masked.iter_mut().zip(self.mask.expose()).for_each(|(byte, mask)| *byte ^= mask);
        FileKey::from_bytes(masked)
    }
}

impl Recipient for ImageAccess {
    fn wrap(&self, key: &FileKey, entropy: &dyn Entropy) -> Result<Vec<Stanza>, HeaderError> {
        self.ring.wrap(&self.masked(key), entropy)
    }
}

impl Identity for ImageAccess {
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Unwrapped, HeaderError> {
        Ok(match self.ring.unwrap(stanzas)? {
            // With another mask the header's MAC refuses it.
            Unwrapped::Opened(key) => Unwrapped::Opened(self.masked(&key)),
            other => other,
        })
    }
}
