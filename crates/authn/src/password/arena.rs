//! The memory in which hashes are computed.

use super::PasswordError;
use argon2::Block;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Arenas of one size, kept for the next hash.
///
/// An allocator that gets 19 MiB back on whichever thread computed the hash keeps it for that thread: after a flood a process
/// would hold that much for each thread of its pool. Kept here, there are never more arenas than hashes at once. It also
/// spares each hash the page faults of fresh memory.
pub(super) struct Arenas {
    blocks: usize,
    free: Mutex<Vec<Vec<Block>>>,
}

impl Arenas {
    /// The most arenas kept; more hashes at once than that are no service's default.
    const MAX_KEPT: usize = 64;

    /// A pool for hashes of `blocks` blocks of 1 KiB.
    pub(super) fn new(blocks: usize) -> Self {
        Self { blocks, free: Mutex::default() }
    }

    /// Lends an arena of at least `blocks` blocks to `work`. One of another size is made for the occasion.
    pub(super) fn lend<R>(
        &self,
        blocks: usize,
        work: impl FnOnce(&mut [Block]) -> R,
    ) -> Result<R, PasswordError> {
        if blocks != self.blocks {
            return Ok(work(&mut fresh(blocks)?));
        }
        let kept = self.lock().pop();
        let mut arena = match kept {
            Some(arena) => arena,
            None => fresh(blocks)?,
        };
        let result = work(&mut arena);
        let mut free = self.lock();
        if free.len() < Self::MAX_KEPT {
            free.push(arena);
        }
        Ok(result)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Out of memory is an error, not the end of the process.
fn fresh(blocks: usize) -> Result<Vec<Block>, PasswordError> {
    let mut arena = Vec::new();
    arena.try_reserve_exact(blocks).map_err(|_| PasswordError::OutOfMemory)?;
    arena.resize(blocks, Block::new());
    Ok(arena)
}

impl fmt::Debug for Arenas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arenas").field("kept", &self.lock().len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arena_is_used_again_and_never_by_two() {
        let arenas = Arenas::new(8);
        let nested = arenas.lend(8, |outer| {
            let outer = outer.as_ptr();
            arenas.lend(8, |inner| inner.as_ptr() != outer).unwrap()
        });
        assert_eq!(nested, Ok(true));
        assert_eq!(arenas.lock().len(), 2);
        arenas.lend(8, |arena| assert_eq!(arena.len(), 8)).unwrap();
        assert_eq!(arenas.lock().len(), 2);
    }

    #[test]
    fn flood_of_another_size_is_not_kept() {
        let arenas = Arenas::new(8);
        for blocks in [16, 4, 1024] {
            assert_eq!(arenas.lend(blocks, |arena| arena.len()), Ok(blocks));
        }
        assert_eq!(arenas.lock().len(), 0);
        assert_eq!(arenas.lend(usize::MAX, |_| ()), Err(PasswordError::OutOfMemory));
    }
}
