/// FNV-1a with 64 bits (draft-eastlake-fnv): a hash for buckets and checksums against accidents, none against adversaries.
/// It is fixed for good: another hash would be another model.
#[must_use]
pub const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = OFFSET;
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        hash = step(hash, *byte);
        rest = tail;
    }
    hash
}

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

const fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(PRIME)
}

/// Two hashes made one, the order mattering; the finisher of MurmurHash3 spreads what FNV leaves in the low bits.
pub(super) const fn mix(left: u64, right: u64) -> u64 {
    let mut hash = left.rotate_left(23) ^ right.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash
}
