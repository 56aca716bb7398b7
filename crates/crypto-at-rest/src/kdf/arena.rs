//! The memory of one Argon2id derivation.

use super::KdfError;
use argon2::Block;
use zeroize::Zeroizing;

/// So many blocks of 1 KiB, wiped when dropped: the last of them is the key before its last hash. Out of memory is an error, not the
/// end of the process, as far as the system says so: one that overcommits may still kill the process when the memory is touched.
pub(super) fn blocks(count: usize) -> Result<Zeroizing<Vec<Block>>, KdfError> {
    let mut blocks = Zeroizing::new(Vec::new());
    blocks.try_reserve_exact(count).map_err(|_| KdfError::OutOfMemory)?;
    blocks.resize(count, Block::new());
    Ok(blocks)
}
