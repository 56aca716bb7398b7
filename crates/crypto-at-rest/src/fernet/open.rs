//! Opening a token that is in memory.

use super::shape::{BLOCK, HEAD_TEXT, Head, MAC, Shape, unpadded};
use super::{FernetError, FernetKey, InvalidFernetKey, base64, bulk};
use hmac::Mac;
use std::time::Duration;
use stockade_core::{Clock, Secret};
use zeroize::Zeroizing;

/// Opens tokens, under one key or under the keys of a rotation. See the [module](super) for what is guaranteed.
#[derive(Debug, Clone)]
pub struct Fernet {
    pub(super) keys: Vec<FernetKey>,
    pub(super) max_token: u64,
}

impl Fernet {
    /// The most characters of a token unless told otherwise: 96 Mi, which is a plaintext of just below 72 MiB.
    pub const DEFAULT_MAX_TOKEN: u64 = 96 << 20;

    /// The most keys of one reader. Each may cost a pass over the token.
    pub const MAX_KEYS: usize = 32;

    /// How far ahead of ours another clock may be (Python `cryptography` and the Fernet specification's vectors).
    pub const MAX_CLOCK_SKEW: Duration = Duration::from_secs(60);

    /// A reader of tokens under `key`.
    #[must_use]
    pub fn new(key: FernetKey) -> Self {
        Self { keys: vec![key], max_token: Self::DEFAULT_MAX_TOKEN }
    }

    /// Tries `older` keys as well, after those it has, in the order given: the order of Python's `MultiFernet`.
    ///
    /// # Errors
    /// More than [`MAX_KEYS`](Self::MAX_KEYS) in all.
    pub fn with_fallbacks(
        mut self,
        older: impl IntoIterator<Item = FernetKey>,
    ) -> Result<Self, InvalidFernetKey> {
        self.keys.extend(older.into_iter().take(Self::MAX_KEYS + 1));
        if self.keys.len() > Self::MAX_KEYS {
            return Err(InvalidFernetKey::TooMany { max: Self::MAX_KEYS });
        }
        Ok(self)
    }

    /// Accepts tokens of up to so many characters: 4/3 of the plaintext, and a little.
    #[must_use]
    pub fn with_max_token(mut self, characters: u64) -> Self {
        self.max_token = characters;
        self
    }

    /// Opens `token`; with a `ttl`, only if it is no older than that by `clock`, and not from the future.
    ///
    /// Holds the plaintext once, and nothing else of the token's size. Wiping a plaintext of 64 MiB, when it is dropped, takes as long
    /// as decrypting it.
    ///
    /// # Errors
    /// See [`FernetError`].
    pub fn open(
        &self,
        token: impl AsRef<[u8]>,
        ttl: Option<Duration>,
        clock: &dyn Clock,
    ) -> Result<Secret<Vec<u8>>, FernetError> {
        let token = token.as_ref();
        let shape = Shape::of(token.len() as u64, base64::padding(token), self.max_token)?;
        let (head, text) = token.split_first_chunk::<HEAD_TEXT>().ok_or(FernetError::Refused)?;
        let head = Head::decode(head)?;
        let ciphertext = usize::try_from(shape.ciphertext).map_err(|_| FernetError::Refused)?;
        let mut body = vec![0; ciphertext + MAC];
        let (overlap, _) = body.split_at_mut_checked(Head::OVERLAP).ok_or(FernetError::Refused)?;
        overlap.copy_from_slice(head.overlap());
        let key = self.verify(text, &head, &mut body)?;
        head.judge_time(ttl, clock)?;

        let mut body = Zeroizing::new(body);
        body.truncate(ciphertext);
        bulk::decrypt(key, &head.iv(), body.as_chunks_mut().0);
        let before = ciphertext.saturating_sub(BLOCK);
        let rest = unpadded(body.get(before..).unwrap_or_default())?;
        body.truncate(before + rest);
        Ok(Secret::new(std::mem::take(&mut *body)))
    }

    /// Decodes the token and finds the key that made it. Each comparison of a MAC takes the same time wherever the difference is.
    fn verify(&self, text: &[u8], head: &Head, body: &mut [u8]) -> Result<&FernetKey, FernetError> {
        let (newest, older) = self.keys.split_first().ok_or(FernetError::Refused)?;
        let mut mac = newest.mac();
        head.authenticate(&mut mac);
        bulk::decode(text, body, Head::OVERLAP, &mut mac)?;
        let (ciphertext, tag) = body.split_last_chunk::<MAC>().ok_or(FernetError::Refused)?;
        if mac.verify(tag.into()).is_ok() {
            return Ok(newest);
        }
        let made_it = |key: &&FernetKey| {
            let mut mac = key.mac();
            head.authenticate(&mut mac);
            mac.update(ciphertext);
            mac.verify(tag.into()).is_ok()
        };
        older.iter().find(made_it).ok_or(FernetError::Refused)
    }
}
