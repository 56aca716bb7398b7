//! From a password to a key.

use super::{KdfCaps, KdfError, arena};
use argon2::{Algorithm, Argon2, Params, Version};
use stockade_core::Secret;
use zeroize::Zeroizing;

/// Octets of a salt that we draw: RFC 9106 section 3.1 and NIST SP 800-132 section 5.1 ask for 128 bits.
pub const SALT_LEN: usize = 16;

/// A salt that somebody else drew may be as long as this.
const MAX_SALT_LEN: usize = 64;

/// Octets of a derived key.
const KEY_LEN: usize = 32;

/// How a password becomes a key, and what that costs.
///
/// ```
/// use stockade_core::Secret;
/// use stockade_crypto_at_rest::kdf::PasswordKdf;
///
/// let kdf = PasswordKdf::argon2id(19 * 1024, 2, 1)?;
/// let password = Secret::new(String::from("correct horse battery staple"));
/// let key = kdf.derive(&password, &[7; 16])?;
/// assert_eq!(key, "argon2id 19456 2 1".parse::<PasswordKdf>()?.derive(&password, &[7; 16])?);
///
/// // what could be guessed too cheaply, and what would cost too much, is refused before any work
/// assert!(PasswordKdf::pbkdf2_hmac_sha256(1000).is_err());
/// assert!("argon2id 4294967295 1 1".parse::<PasswordKdf>()?.derive(&password, &[7; 16]).is_err());
/// # Ok::<(), stockade_crypto_at_rest::kdf::KdfError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PasswordKdf {
    /// Argon2id version 1.3 (RFC 9106).
    Argon2id {
        /// Memory in KiB.
        memory_kib: u32,
        /// Passes over the memory.
        passes: u32,
        /// Lanes. They are computed one after the other.
        lanes: u32,
    },
    /// PBKDF2 with HMAC-SHA256 (RFC 8018), for where Argon2id may not be used.
    Pbkdf2HmacSha256 {
        /// Iterations.
        iterations: u32,
    },
}

impl Default for PasswordKdf {
    /// RFC 9106 section 4, second recommended option: Argon2id, 64 MiB, 3 passes, 4 lanes.
    fn default() -> Self {
        Self::Argon2id { memory_kib: 64 * 1024, passes: 3, lanes: 4 }
    }
}

impl PasswordKdf {
    /// The most octets of a password. A passphrase of words has fifty.
    pub const MAX_PASSWORD_LEN: usize = 4096;

    /// Argon2id of this cost.
    ///
    /// # Errors
    /// It is below the floor or above [`KdfCaps::default`].
    pub fn argon2id(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, KdfError> {
        let kdf = Self::Argon2id { memory_kib, passes, lanes };
        kdf.check(&KdfCaps::default()).map(|()| kdf)
    }

    /// PBKDF2-HMAC-SHA256 with so many iterations, at least 600,000.
    ///
    /// # Errors
    /// It is below the floor or above [`KdfCaps::default`].
    pub fn pbkdf2_hmac_sha256(iterations: u32) -> Result<Self, KdfError> {
        let kdf = Self::Pbkdf2HmacSha256 { iterations };
        kdf.check(&KdfCaps::default()).map(|()| kdf)
    }

    /// The key that belongs to this password, salt and cost. The password's octets are taken as they are: whoever normalises
    /// Unicode does so before.
    ///
    /// It costs what the parameters say and blocks the thread: about a tenth of a second by default. Memory is wiped.
    ///
    /// # Errors
    /// The parameters are below the floor or above [`KdfCaps::default`], the salt has not 16 to 64 octets, the password is
    /// empty or too long, or there is no memory.
    pub fn derive(&self, password: &Secret<String>, salt: &[u8]) -> Result<Secret<[u8; KEY_LEN]>, KdfError> {
        self.derive_within(&KdfCaps::default(), password, salt)
    }

    /// Like [`derive`](Self::derive), under caps of the caller's own.
    ///
    /// # Errors
    /// As [`derive`](Self::derive).
    pub fn derive_within(
        &self,
        caps: &KdfCaps,
        password: &Secret<String>,
        salt: &[u8],
    ) -> Result<Secret<[u8; KEY_LEN]>, KdfError> {
        self.check(caps)?;
        if !(SALT_LEN..=MAX_SALT_LEN).contains(&salt.len()) {
            return Err(KdfError::Salt { len: salt.len() });
        }
        let password = password.expose().as_bytes();
        match password.len() {
            0 => return Err(KdfError::EmptyPassword),
            len if len > Self::MAX_PASSWORD_LEN => return Err(KdfError::LongPassword),
            _ => (),
        }
        let mut key = Zeroizing::new([0; KEY_LEN]);
        match *self {
            Self::Argon2id { memory_kib, passes, lanes } => {
                argon2id(password, salt, (memory_kib, passes, lanes), &mut key)?;
            }
            Self::Pbkdf2HmacSha256 { iterations } => pbkdf2(password, salt, iterations, &mut *key),
        }
        Ok(Secret::new(*key))
    }
}

fn argon2id(
    password: &[u8],
    salt: &[u8],
    (memory_kib, passes, lanes): (u32, u32, u32),
    key: &mut [u8; KEY_LEN],
) -> Result<(), KdfError> {
    // Argon2's own bounds are wider than those just checked.
    let params = Params::new(memory_kib, passes, lanes, Some(KEY_LEN)).map_err(|_| KdfError::Malformed)?;
    let mut blocks = arena::blocks(params.block_count())?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password, salt, key, blocks.as_mut_slice())
        .map_err(|_| KdfError::Malformed)
}

pub(super) fn pbkdf2(password: &[u8], salt: &[u8], iterations: u32, key: &mut [u8]) {
    pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, iterations, key);
}
