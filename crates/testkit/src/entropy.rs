//! Randomness that repeats itself, and randomness that fails.

use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};
use stockade_core::{Entropy, EntropyError};

/// The same bytes in every run: SHA-256 of the seed and a counter. For tests only; whoever knows the seed knows every "secret".
///
/// Each call of [`fill`](Entropy::fill) draws a block of its own, so that concurrent callers never get the same bytes; which
/// caller gets which block is then up to the scheduler.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    calls: AtomicU64,
}

impl SeededEntropy {
    /// The sequence that belongs to `seed`, from its start.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, calls: AtomicU64::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        for (index, chunk) in (0_u64..).zip(buffer.chunks_mut(32)) {
            let block = Sha256::new()
                .chain_update(b"stockade-testkit entropy")
                .chain_update(self.seed.to_be_bytes())
                .chain_update(call.to_be_bytes())
                .chain_update(index.to_be_bytes())
                .finalize();
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

/// A system that has no randomness: every call fails, and leaves the buffer as it was.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoEntropy;

impl Entropy for NoEntropy {
    fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn draw(entropy: &SeededEntropy) -> Vec<u8> {
        let mut bytes = vec![0; 100];
        entropy.fill(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_seed_repeats_and_another_seed_differs() {
        let (one, same, other) = (SeededEntropy::new(1), SeededEntropy::new(1), SeededEntropy::new(2));
        assert_eq!(draw(&one), draw(&same));
        assert_eq!(draw(&one), draw(&same));
        assert_ne!(draw(&one), draw(&other));
    }

    #[test]
    fn no_two_draws_and_no_two_blocks_of_a_draw_are_equal() {
        let entropy = SeededEntropy::new(1);
        let draws: Vec<_> = (0..8).map(|_| draw(&entropy)).collect();
        let blocks: HashSet<_> = draws.iter().flat_map(|bytes| bytes.chunks_exact(32)).collect();
        assert_eq!(blocks.len(), 8 * 3);
    }

    #[test]
    fn concurrent_draws_never_get_the_same_bytes() {
        let entropy = SeededEntropy::new(1);
        let draws: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..4).map(|_| scope.spawn(|| (0..50).map(|_| draw(&entropy)).collect::<Vec<_>>())).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(draws.iter().collect::<HashSet<_>>().len(), draws.len());
    }

    #[test]
    fn no_entropy_fails_and_leaves_the_buffer() {
        let mut bytes = [7; 4];
        assert_eq!(NoEntropy.fill(&mut bytes), Err(EntropyError));
        assert_eq!(bytes, [7; 4]);
    }
}
