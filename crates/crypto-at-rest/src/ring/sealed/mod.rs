//! A ring as it is stored: a small TOML text, with the secrets sealed in it.
//!
//! Ids, states, times and commitments stand in the clear, so that `stockade keys list` needs no password; all of them are
//! authenticated when the secrets are opened. The text has exactly one spelling: one that was edited by hand, or whose spaces
//! differ, is refused.
//!
//! # Format, version 1
//!
//! Lines end with a line feed; numbers are decimal, times milliseconds since 1970, octets base64 with padding.
//!
//! ```toml
//! # stockade key ring: written by a program, and refused when edited by hand
//! version = 1
//! generation = 3                 # one more at each save
//! index = 1                      # one more at each new index secret
//!
//! [password]                     # or [wrapper], with `name` and `wrapped`
//! kdf = "argon2id 65536 3 4"     # or "pbkdf2-hmac-sha256 600000"
//! salt = "…"                     # 16 octets
//!
//! [[key]]                        # each key, ids ascending, the active one last
//! id = 1
//! state = "destroyed"            # "active", "decrypt-only"
//! created = 1790000000000
//! retired = 1790003600000        # not of the active key
//! destroyed = 1790007200000      # only of a destroyed key
//! commitment = "…"               # 32 octets
//!
//! [sealed]
//! secrets = "…"
//! ```
//!
//! `secrets` is commitment (32 octets), nonce (24), ciphertext, tag (16). The plaintext is the index secret and then the root secret
//! of each key that has one, in the order of the list, 32 octets each. The password gives 32 octets by `kdf`, the wrapper those
//! that `wrapped` holds. HKDF-SHA256 extracts them under the salt `stockade key ring file v1`, and expands to the key of
//! XChaCha20-Poly1305 (`secrets`) and the commitment to it (`commitment`). The associated data is the text before the empty line
//! before `[sealed]`.
//!
//! Of a root secret, HKDF-SHA256 with the salt `stockade key ring v1` expands to the keys for fields (`field`), for wrapping file
//! keys (`file wrapping`) and for deterministic encryption (`deterministic`), and to the key's commitment (`commitment`).

mod error;
mod listed;
#[cfg(test)]
mod tests;
mod text;
mod unlock;

pub use error::SealedRingError;
pub use unlock::Unlock;

use super::key_ring::{IndexRoot, Slot};
use super::wrap::WrapperName;
use super::{KeyInfo, KeyRing, RingKey};
use crate::backend::{TAG_LEN, XNONCE_LEN, xchacha};
use crate::kdf::{Expander, PasswordKdf, SALT_LEN};
use listed::Listed;
use std::sync::Arc;
use stockade_core::{Entropy, Secret};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The salt under which the sealing key is extracted from what the password or the wrapper gave.
const SALT: &[u8] = b"stockade key ring file v1";
/// Octets of each root secret.
const ROOT_LEN: usize = super::key::ROOT_LEN;
/// Octets of the commitment to the sealing key: without it, one file could be made to open under many passwords at once.
const COMMITMENT_LEN: usize = 32;

/// A ring whose secrets are sealed under a password or a wrapping key, as it stands in a file.
///
/// What can be read without opening it ([`keys`](Self::keys), [`generation`](Self::generation)) is a claim of whoever wrote the
/// text. [`open`](Self::open) proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRing {
    clear: Clear,
    /// Commitment, nonce, ciphertext and tag.
    secrets: Vec<u8>,
}

/// What stands in the clear.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Clear {
    generation: u64,
    index_version: u32,
    lock: Lock,
    keys: Vec<Listed>,
}

/// How the sealing key is had again.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Lock {
    Password { kdf: PasswordKdf, salt: [u8; SALT_LEN] },
    Wrapper { name: WrapperName, wrapped: Vec<u8> },
}

impl SealedRing {
    /// The most octets of the text: the fullest ring takes 0.9 MiB.
    pub const MAX_LEN: usize = 1 << 20;

    /// Reads the text, without opening it. Its size is checked first.
    ///
    /// # Errors
    /// It is too large, of another version, or not byte for byte what [`to_text`](Self::to_text) would write.
    pub fn parse(text: &[u8]) -> Result<Self, SealedRingError> {
        text::parse(text)
    }

    /// The text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = text::clear(&self.clear);
        text::append_secrets(&mut text, &self.secrets);
        text
    }

    /// Seals `ring` as its next generation, with a fresh salt or wrapped key and a fresh nonce. It costs one derivation from the
    /// password, or one call of the wrapper.
    ///
    /// # Errors
    /// The password or its cost is refused, the wrapper fails, or the system gave no randomness.
    pub fn seal(ring: &KeyRing, unlock: &Unlock, entropy: &dyn Entropy) -> Result<Self, SealedRingError> {
        let (key, lock) = unlock.fresh(entropy)?;
        let keys =
            ring.commitments().map(|(info, commitment)| Listed { info, commitment: *commitment }).collect();
        let generation = ring.generation.saturating_add(1);
        let clear = Clear { generation, index_version: ring.index.version, lock, keys };

        let mut nonce = [0; XNONCE_LEN];
        entropy.fill(&mut nonce)?;
        let key = SealingKey::of(&key);
        let roots = ring.live_keys().map(RingKey::root);
        let mut body = Zeroizing::new(Vec::with_capacity(ROOT_LEN * (clear.keys.len() + 1) + TAG_LEN));
        body.extend_from_slice(ring.index_root());
        roots.for_each(|root| body.extend_from_slice(root));
        body.extend_from_slice(&[0; TAG_LEN]);
        let (cipher, short) = xchacha(key.key.expose(), &nonce);
        cipher
            .seal_in_place(short, text::clear(&clear).as_bytes(), &mut body)
            .map_err(|_| SealedRingError::Refused)?;
        let secrets = [&key.commitment[..], &nonce, &body].concat();
        Ok(Self { clear, secrets })
    }

    /// Opens the ring. It costs one derivation from the password with the parameters of the file, which
    /// [`KdfCaps::default`](crate::kdf::KdfCaps) bounds, or one call of the wrapper.
    ///
    /// # Errors
    /// [`SealedRingError::Refused`] for a wrong password, a wrong wrapping key and altered contents alike;
    /// [`SealedRingError::Kdf`] for a cost outside the bounds, before any work; [`SealedRingError::Wrap`] where the wrapper
    /// fails, and [`SealedRingError::OtherLock`] where the file wants another kind of unlocking.
    pub fn open(&self, unlock: &Unlock) -> Result<KeyRing, SealedRingError> {
        let key = SealingKey::of(&unlock.again(&self.clear.lock)?);
        let (commitment, rest) =
            self.secrets.split_first_chunk::<COMMITMENT_LEN>().ok_or(SealedRingError::Refused)?;
        let (nonce, body) = rest.split_first_chunk::<XNONCE_LEN>().ok_or(SealedRingError::Refused)?;
        if !bool::from(key.commitment.ct_eq(commitment)) {
            return Err(SealedRingError::Refused);
        }
        let mut body = Zeroizing::new(body.to_vec());
        let (cipher, short) = xchacha(key.key.expose(), nonce);
        let roots = cipher
            .open_in_place(short, text::clear(&self.clear).as_bytes(), &mut body)
            .map_err(|_| SealedRingError::Refused)?;
        self.ring(roots).ok_or(SealedRingError::Inconsistent)
    }

    /// How often the ring had been saved when this was written. Not proven before [`open`](Self::open).
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.clear.generation
    }

    /// All keys, the destroyed ones included, oldest first. Not proven before [`open`](Self::open).
    pub fn keys(&self) -> impl Iterator<Item = KeyInfo> {
        self.clear.keys.iter().map(|key| key.info)
    }

    /// What unlocks it: a derivation such as `argon2id 65536 3 4`, or a wrapper's name. Not proven before
    /// [`open`](Self::open).
    #[must_use]
    pub fn lock(&self) -> String {
        match &self.clear.lock {
            Lock::Password { kdf, .. } => kdf.to_string(),
            Lock::Wrapper { name, .. } => name.to_string(),
        }
    }

    /// The ring with these root secrets. `None` where they are not those that the list commits to.
    fn ring(&self, roots: &[u8]) -> Option<KeyRing> {
        let (roots, []) = roots.as_chunks::<ROOT_LEN>() else { return None };
        let mut roots = roots.iter().map(|root| Secret::new(*root));
        let index = IndexRoot { version: self.clear.index_version, secret: Arc::new(roots.next()?) };
        let mut slots = Vec::with_capacity(self.clear.keys.len());
        for listed in &self.clear.keys {
            slots.push(listed.slot(&mut roots)?);
        }
        let (Some(Slot::Live(active)), None) = (slots.pop(), roots.next()) else { return None };
        KeyRing::from_parts(active, slots, index, self.clear.generation)
    }
}

/// The key that seals the secrets, and a commitment to it.
struct SealingKey {
    key: Secret<[u8; 32]>,
    commitment: [u8; COMMITMENT_LEN],
}

impl SealingKey {
    fn of(secret: &Secret<[u8; 32]>) -> Self {
        let expander = Expander::new(SALT, secret.expose());
        Self { key: expander.key(b"secrets"), commitment: *expander.key(b"commitment").expose() }
    }
}
