//! How large a policy may be. The figures are ours: several times what the largest shipped policy needs, and small enough that
//! compiling the worst file stays a matter of seconds.

/// The size of a policy file, in bytes; more is refused before it is read.
pub const MAX_POLICY_BYTES: usize = 512 * 1024;

pub(super) const MAX_NAME: usize = 64;
pub(super) const MAX_LINE: usize = 200;
pub(super) const MAX_ANSWER: usize = 4096;
pub(super) const MAX_LISTS: usize = 256;
pub(super) const MAX_TERMS: usize = 50_000;
pub(super) const MAX_TERM: usize = 128;
/// The same before its braces are expanded.
pub(super) const MAX_WRITTEN: usize = 1024;
/// How many phrases one term with braces may stand for.
pub(super) const MAX_EXPANSION: usize = 512;
pub(super) const MAX_CONTEXTS: usize = 16;
pub(super) const MAX_REACH: u32 = 400;
pub(super) const MAX_RULES: usize = 512;
/// A rule keeps its items as the bits of a byte.
pub(crate) const MAX_ITEMS: usize = 8;
pub(super) const MAX_WITHIN: u32 = 100_000;
pub(super) const MAX_TESTS: usize = 2048;
pub(super) const DEFAULT_WITHIN: u32 = 160;
