//! From the kernel's extents, one after the other, to a map.

use super::{Extent, Extents, Raw};
use fiemap::FiemapExtentFlags as Flags;
use sha2::{Digest, Sha256};
use std::fmt::Write;

pub(super) struct Fold {
    end: u64,
    kept: usize,
    map: Extents,
    digest: Sha256,
    /// The extent that the next may continue.
    open: Option<Extent>,
}

impl Fold {
    pub(super) fn new(end: u64, kept: usize) -> Self {
        let map = Extents {
            count: 0,
            pieces: 0,
            bytes: 0,
            shared_bytes: 0,
            unwritten_bytes: 0,
            inline: 0,
            encoded: 0,
            unaligned: 0,
            unplaced: 0,
            complete: false,
            first: Vec::new(),
            digest: String::new(),
        };
        Self { end, kept, map, digest: Sha256::new(), open: None }
    }

    pub(super) fn add(&mut self, raw: Raw) {
        let Raw { logical, physical, flags, .. } = raw;
        let length = raw.length.min(self.end.saturating_sub(logical));
        self.tell(flags, length);
        match &mut self.open {
            Some(open) if touches(open, logical, physical) => open.length += length,
            _ => {
                self.close();
                self.open = Some(Extent { logical, physical, length });
            }
        }
    }

    pub(super) fn finish(mut self, complete: bool) -> Extents {
        self.close();
        self.map.complete = complete;
        for byte in self.digest.finalize() {
            let _ = write!(self.map.digest, "{byte:02x}");
        }
        self.map
    }

    fn tell(&mut self, flags: Flags, length: u64) {
        let map = &mut self.map;
        map.pieces += 1;
        map.bytes = map.bytes.saturating_add(length);
        if flags.contains(Flags::SHARED) {
            map.shared_bytes = map.shared_bytes.saturating_add(length);
        }
        if flags.contains(Flags::UNWRITTEN) {
            map.unwritten_bytes = map.unwritten_bytes.saturating_add(length);
        }
        let inline = flags.contains(Flags::DATA_INLINE);
        map.inline += u64::from(inline);
        map.encoded += u64::from(flags.contains(Flags::ENCODED));
        map.unaligned += u64::from(flags.intersects(Flags::NOT_ALIGNED | Flags::DATA_TAIL) && !inline);
        map.unplaced += u64::from(flags.intersects(Flags::UNKNOWN | Flags::DELALLOC) && !inline);
    }

    fn close(&mut self) {
        let Some(extent) = self.open.take() else { return };
        self.map.count += 1;
        for number in [extent.logical, extent.physical, extent.length] {
            self.digest.update(number.to_be_bytes());
        }
        if self.map.first.len() < self.kept {
            self.map.first.push(extent);
        }
    }
}

fn touches(open: &Extent, logical: u64, physical: u64) -> bool {
    open.logical.checked_add(open.length) == Some(logical)
        && open.physical.checked_add(open.length) == Some(physical)
}
