//! What a pass writes at which offset.

use crate::policy::{Pass, Pattern};
use aes::Aes256;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher, StreamCipherError, StreamCipherSeek};
use std::io;
use zeroize::Zeroizing;

/// The bytes of one pass, by offset: nothing of them is remembered, so reading back and resuming make them anew.
#[derive(Clone)]
pub(super) enum Stream {
    /// One byte throughout.
    Fill(u8),
    /// A key stream, from the offset on.
    Keystream { key: Zeroizing<[u8; 32]>, inverted: bool },
}

impl Stream {
    /// What pass number `index` of `passes` writes.
    pub(super) fn of(passes: &[Pass], index: usize, seed: &[u8; 32]) -> Self {
        let (mut at, mut inverted) = (index, false);
        loop {
            match (passes.get(at).map(|pass| pass.pattern()), at.checked_sub(1)) {
                (Some(Pattern::Random), _) => return Self::Keystream { key: pass_key(seed, at), inverted },
                (Some(Pattern::Byte(byte)), _) => return Self::Fill(if inverted { !byte } else { byte }),
                (Some(Pattern::Complement), Some(before)) => (at, inverted) = (before, !inverted),
                (Some(Pattern::Complement), None) => return Self::Fill(if inverted { 0 } else { 0xff }),
                (None, _) => return Self::Fill(0),
            }
        }
    }

    /// Whether the bytes are the same at every offset.
    pub(super) const fn is_uniform(&self) -> bool {
        matches!(self, Self::Fill(_))
    }

    /// Fills `buffer` with what stands at `offset`.
    pub(super) fn fill(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        match self {
            Self::Fill(byte) => buffer.fill(*byte),
            Self::Keystream { key, inverted } => {
                keystream(key, offset, |cipher| cipher.try_write_keystream(buffer))?;
                if *inverted {
                    buffer.iter_mut().for_each(|byte| *byte = !*byte);
                }
            }
        }
        Ok(())
    }

    /// Turns `buffer`, as read at `offset`, into its difference from what should stand there: all zero where it is the same.
    pub(super) fn subtract(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let mask = match self {
            Self::Fill(byte) => *byte,
            Self::Keystream { key, inverted } => {
                keystream(key, offset, |cipher| cipher.try_apply_keystream(buffer))?;
                if *inverted { 0xff } else { 0 }
            }
        };
        if mask != 0 {
            buffer.iter_mut().for_each(|byte| *byte ^= mask);
        }
        Ok(())
    }
}

/// Seeks first. All that can go wrong is the end of the stream, which lies 2^64 times behind the end of the longest file.
fn keystream(
    key: &[u8; 32],
    offset: u64,
    then: impl FnOnce(&mut Ctr128BE<Aes256>) -> Result<(), StreamCipherError>,
) -> io::Result<()> {
    let mut cipher = Ctr128BE::<Aes256>::new(key.into(), &[0; 16].into());
    cipher.try_seek(offset).and_then(|()| then(&mut cipher)).map_err(io::Error::other)
}

/// A key for pass number `index`: AES under the seed as a pseudo-random function of the number, one block for each half (the
/// counter construction of SP 800-108).
fn pass_key(seed: &[u8; 32], index: usize) -> Zeroizing<[u8; 32]> {
    let prf = Aes256::new(seed.into());
    let mut key = Zeroizing::new([0; 32]);
    for (counter, half) in (1_u64..).zip(key.chunks_exact_mut(16)) {
        let input = (u128::from(counter) << 64) | index as u128;
        let mut block = input.to_be_bytes().into();
        prf.encrypt_block(&mut block);
        half.copy_from_slice(&block);
    }
    key
}
