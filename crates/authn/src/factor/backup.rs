//! Backup codes: generated, shown once, kept as slow hashes.

use super::{BackupError, FactorId};
use crate::password::{Derivation, PasswordError, PasswordHasher};
use std::fmt;
use std::hash::{Hash, Hasher};
use stockade_core::{Entropy, EntropyError, Secret};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Crockford's base 32: no letter that is easily taken for a digit or for another letter.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Symbols of five bits each: 50 bits, far above the 20 that ASVS 6.5.4 asks for.
const SYMBOLS: usize = 10;

/// RFC 9106 §3.1: 16 bytes of salt.
const SALT_LEN: usize = 16;

/// A backup code, from a generator or as somebody typed it.
#[derive(Clone)]
pub struct BackupCode(Secret<[u8; SYMBOLS]>);

/// The text has not the form of a backup code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a backup code")]
pub struct NotBackupCode;

impl BackupCode {
    /// The most bytes of a typed code, spaces and hyphens included.
    pub const MAX_TYPED_LEN: usize = 32;

    /// Reads a typed code: in any case, with or without spaces and hyphens, `o` taken for `0`, and `i` and `l` for `1`.
    ///
    /// # Errors
    /// What is left is not ten symbols of the alphabet.
    pub fn parse(typed: &str) -> Result<Self, NotBackupCode> {
        if typed.len() > Self::MAX_TYPED_LEN {
            return Err(NotBackupCode);
        }
        let mut symbols = Zeroizing::new([0; SYMBOLS]);
        let mut places = symbols.iter_mut();
        for typed in typed.bytes().filter(|byte| !matches!(byte, b' ' | b'-')) {
            let symbol = match typed.to_ascii_lowercase() {
                b'o' => b'0',
                b'i' | b'l' => b'1',
                other => other,
            };
            if !ALPHABET.contains(&symbol) {
                return Err(NotBackupCode);
            }
            *places.next().ok_or(NotBackupCode)? = symbol;
        }
        if places.next().is_some() {
            return Err(NotBackupCode);
        }
        Ok(Self(Secret::new(*symbols)))
    }

    /// The code as it is shown to its owner: `xxxxx-xxxxx`.
    #[must_use]
    pub fn to_text(&self) -> Secret<String> {
        let (first, second) = self.0.expose().split_at(SYMBOLS / 2);
        let mut text = String::with_capacity(SYMBOLS + 1);
        text.extend(first.iter().copied().map(char::from));
        text.push('-');
        text.extend(second.iter().copied().map(char::from));
        Secret::new(text)
    }

    fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut symbols = Zeroizing::new([0; SYMBOLS]);
        entropy.fill(&mut *symbols)?;
        for byte in symbols.iter_mut() {
            // 256 is a multiple of 32: every symbol is as likely as any other.
            *byte = ALPHABET[usize::from(*byte % 32)];
        }
        Ok(Self(Secret::new(*symbols)))
    }
}

impl PartialEq for BackupCode {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for BackupCode {}

impl fmt::Debug for BackupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupCode([redacted])")
    }
}

/// A fresh set of codes, to be shown to its owner once and kept nowhere.
#[derive(Debug, Clone)]
pub struct BackupCodes(Vec<BackupCode>);

impl BackupCodes {
    /// How many codes there are in a set.
    pub const COUNT: usize = 10;

    /// Draws a set. No two codes in it are equal.
    ///
    /// # Errors
    /// There is no randomness, or what is given repeats itself.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut codes = Vec::with_capacity(Self::COUNT);
        // Two of ten codes are equal once in 10¹³ sets. Twenty draws without ten codes come from no generator.
        for _ in 0..2 * Self::COUNT {
            let code = BackupCode::generate(entropy)?;
            if !codes.contains(&code) {
                codes.push(code);
            }
            if codes.len() == Self::COUNT {
                return Ok(Self(codes));
            }
        }
        Err(EntropyError)
    }

    /// The codes as they are shown.
    #[must_use]
    pub fn to_texts(&self) -> Vec<Secret<String>> {
        self.0.iter().map(BackupCode::to_text).collect()
    }
}

/// Backup codes as a store takes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupSet {
    /// Which set.
    pub id: FactorId,
    /// The salt of all its codes.
    pub salt: [u8; SALT_LEN],
    /// How the digests were derived.
    pub derivation: Derivation,
    /// One for each code; at most [`BackupCodes::COUNT`], no two of them equal.
    pub digests: Vec<BackupDigest>,
}

impl BackupSet {
    /// Hashes a fresh set with a fresh salt. Costs ten hashes: run it off the async threads, behind a bounded queue.
    ///
    /// # Errors
    /// There is no randomness or no memory.
    pub fn hash(
        codes: &BackupCodes,
        hasher: &PasswordHasher,
        entropy: &dyn Entropy,
    ) -> Result<Self, BackupError> {
        let mut salt = [0; SALT_LEN];
        entropy.fill(&mut salt)?;
        let (id, derivation) = (FactorId::generate(entropy)?, hasher.derivation());
        let digests = codes
            .0
            .iter()
            .map(|code| BackupDigest::derive(code, hasher, derivation, &salt))
            .collect::<Result<_, _>>()?;
        Ok(Self { id, salt, derivation, digests })
    }

    /// What is asked of the set afterwards.
    #[must_use]
    pub fn state(&self) -> BackupState {
        let left = u32::try_from(self.digests.len()).unwrap_or(u32::MAX);
        BackupState { id: self.id, salt: self.salt, derivation: self.derivation, left }
    }
}

/// What a store says of the backup codes in force: how many there are, and how to compute the digest of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupState {
    /// Which set.
    pub id: FactorId,
    /// The salt of all its codes.
    pub salt: [u8; SALT_LEN],
    /// How the digests were derived.
    pub derivation: Derivation,
    /// How many codes are left.
    pub left: u32,
}

impl BackupState {
    /// The digest by which the store knows a code. Costs one hash, whether the code is right or wrong: run it off the async
    /// threads, behind a bounded queue.
    ///
    /// # Errors
    /// The set was derived with an unknown pepper or at too much cost, or there is no memory.
    pub fn digest(&self, code: &BackupCode, hasher: &PasswordHasher) -> Result<BackupDigest, PasswordError> {
        BackupDigest::derive(code, hasher, self.derivation, &self.salt)
    }
}

/// A slow, salted hash of a backup code: all that a store keeps of it.
#[derive(Clone, Copy)]
pub struct BackupDigest([u8; 32]);

impl BackupDigest {
    /// The digest with these bytes, from a store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a store.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    fn derive(
        code: &BackupCode,
        hasher: &PasswordHasher,
        derivation: Derivation,
        salt: &[u8; SALT_LEN],
    ) -> Result<Self, PasswordError> {
        hasher.derive_as(derivation, code.0.expose(), salt).map(|digest| Self(*digest.expose()))
    }
}

impl PartialEq for BackupDigest {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for BackupDigest {}

impl Hash for BackupDigest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for BackupDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BackupDigest([redacted])")
    }
}
