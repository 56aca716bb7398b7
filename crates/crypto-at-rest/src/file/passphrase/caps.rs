//! What opening a file under a passphrase may cost.

use crate::kdf::KdfCaps;

/// The most work that a passphrase does for a file. Whoever wrote the file chose the parameters; a file that asks for more is
/// refused before anything is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PassphraseCaps {
    /// scrypt: the largest binary logarithm of N. Memory is 2 to this power KiB.
    pub scrypt_log_n: u8,
    /// Argon2id and PBKDF2.
    pub kdf: KdfCaps,
}

impl Default for PassphraseCaps {
    /// scrypt 22, which is age's own cap: 4 GiB and some fifteen seconds at the most. A service that opens files of strangers
    /// should take 18.
    fn default() -> Self {
        Self { scrypt_log_n: 22, kdf: KdfCaps::default() }
    }
}
