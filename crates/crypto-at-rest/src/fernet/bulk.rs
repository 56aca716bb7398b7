//! The three passes over a token in memory: decoding, HMAC, AES. A long one is worked on by two threads.

use super::shape::{BLOCK, MAC};
use super::{FernetError, FernetKey, base64};
use aes::cipher::{Array, BlockModeDecrypt};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::sync::mpsc;
use std::thread::{self, Builder};

/// From so many octets on a second thread pays for being started (some 50 µs against 1 ms and more).
const WORTH_A_THREAD: usize = 1 << 20;

/// Characters that are decoded at a time, while the piece before is authenticated; both fit the caches.
const PIECE: usize = 256 << 10;

/// There was no second thread to be had, and nothing was done.
struct NoThread;

/// Decodes `text` into `body`, and feeds it to `mac` but for the MAC at its end. The first octets of `body` are there already, as many
/// as `text` does not give.
pub(super) fn decode(
    text: &[u8],
    body: &mut [u8],
    there: usize,
    mac: &mut Hmac<Sha256>,
) -> Result<(), FernetError> {
    let authenticated = body.len().saturating_sub(MAC);
    if body.len() >= WORTH_A_THREAD
        && let Ok(outcome) = decode_on_two_threads(text, body, there, authenticated, mac)
    {
        return outcome;
    }
    base64::decode(text, body.get_mut(there..).unwrap_or_default())?;
    mac.update(body.get(..authenticated).unwrap_or_default());
    Ok(())
}

fn decode_on_two_threads(
    text: &[u8],
    body: &mut [u8],
    there: usize,
    authenticated: usize,
    mac: &mut Hmac<Sha256>,
) -> Result<Result<(), FernetError>, NoThread> {
    let (first, body) = body.split_at_mut_checked(there).ok_or(NoThread)?;
    let pieces = text.chunks(PIECE).zip(body.chunks_mut(PIECE / 4 * 3)).enumerate();
    let (mine, theirs): (Vec<_>, Vec<_>) = pieces.partition(|(index, _)| is_mine(*index));
    let count = mine.len() + theirs.len();
    let mut left = authenticated.saturating_sub(first.len());
    thread::scope(|scope| {
        let (send, decoded) = mpsc::channel::<&[u8]>();
        let decode = move || {
            for (_, (text, piece)) in theirs {
                base64::decode(text, piece)?;
                // Nobody listens only where a piece of the other thread was refused.
                let _ = send.send(piece);
            }
            Ok(())
        };
        let decoder = Builder::new().spawn_scoped(scope, decode).map_err(|_| NoThread)?;
        mac.update(first);
        let mut mine = mine.into_iter();
        for index in 0..count {
            let piece = match is_mine(index).then(|| mine.next()).flatten() {
                Some((_, (text, piece))) => match base64::decode(text, piece) {
                    Ok(()) => &*piece,
                    Err(error) => return Ok(Err(error)),
                },
                None => match decoded.recv() {
                    Ok(piece) => piece,
                    Err(_) => break,
                },
            };
            let piece = &piece[..piece.len().min(left)];
            mac.update(piece);
            left -= piece.len();
        }
        Ok(decoder.join().unwrap_or(Err(FernetError::Refused)))
    })
}

/// Which pieces the caller's thread decodes itself. Decoding, which is also the first to touch the memory, takes a quarter longer than
/// the HMAC; so shared, the two threads are done together.
fn is_mine(index: usize) -> bool {
    index % 8 == 7
}

/// Decrypts whole blocks in place.
pub(super) fn decrypt(key: &FernetKey, iv: &[u8; BLOCK], blocks: &mut [[u8; BLOCK]]) {
    if blocks.len() >= WORTH_A_THREAD / BLOCK && decrypt_on_two_threads(key, iv, blocks).is_ok() {
        return;
    }
    let (blocks, _) = Array::slice_as_chunks_mut(blocks.as_flattened_mut());
    key.cbc(iv).decrypt_blocks(blocks);
}

/// In CBC a block needs only the ciphertext before it, so that decryption may begin anywhere.
fn decrypt_on_two_threads(
    key: &FernetKey,
    iv: &[u8; BLOCK],
    blocks: &mut [[u8; BLOCK]],
) -> Result<(), NoThread> {
    let (first, second) = blocks.split_at_mut(blocks.len() / 2);
    let between = *first.last().ok_or(NoThread)?;
    let run = |iv: &[u8; BLOCK], blocks: &mut [[u8; BLOCK]]| {
        let (blocks, _) = Array::slice_as_chunks_mut(blocks.as_flattened_mut());
        key.cbc(iv).decrypt_blocks(blocks);
    };
    thread::scope(|scope| {
        Builder::new().spawn_scoped(scope, || run(&between, second)).map_err(|_| NoThread)?;
        run(iv, first);
        Ok(())
    })
}
