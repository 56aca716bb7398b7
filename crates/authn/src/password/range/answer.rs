//! What a range service answers.

use std::num::NonZeroU64;

/// The rest of a SHA-1 in hexadecimal, behind the five digits of the range.
pub(super) const SUFFIX_LEN: usize = 35;

/// The answer to one range: lines of the rest of a SHA-1, a colon, and in how many accounts it was seen.
///
/// Read strictly: 35 hexadecimal digits, a colon, a decimal number of 64 bits without sign or leading zeros, line ends of LF
/// or CRLF, nothing else. One line that is otherwise makes the whole answer malformed: whoever garbles a line could as well
/// have left it out. Lines with the number 0 are padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeAnswer<'a> {
    lines: Vec<(&'a [u8; SUFFIX_LEN], u64)>,
}

/// The answer is none of the range protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an answer of the range protocol")]
pub struct MalformedRange;

impl<'a> RangeAnswer<'a> {
    /// The most bytes: about six times the longest answer there is, some 2000 lines.
    pub const MAX_LEN: usize = 512 * 1024;

    /// Reads an answer. Costs no more than its length in time and memory.
    ///
    /// # Errors
    /// It is longer than [`MAX_LEN`](Self::MAX_LEN), empty, or has a line of another form.
    pub fn parse(body: &'a [u8]) -> Result<Self, MalformedRange> {
        if body.is_empty() || body.len() > Self::MAX_LEN {
            return Err(MalformedRange);
        }
        let body = body.strip_suffix(b"\n").unwrap_or(body);
        let lines: Option<Vec<_>> = body.split(|byte| *byte == b'\n').map(line).collect();
        lines.map(|lines| Self { lines }).ok_or(MalformedRange)
    }

    /// In how many accounts the password was seen whose SHA-1 ends so, in either case.
    #[must_use]
    pub fn times(&self, suffix: &[u8; SUFFIX_LEN]) -> Option<NonZeroU64> {
        let found = self.lines.iter().filter(|(line, _)| line.eq_ignore_ascii_case(suffix));
        found.filter_map(|(_, times)| NonZeroU64::new(*times)).max()
    }

    /// How many lines there are, padding among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Never: an empty answer is malformed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

fn line(line: &[u8]) -> Option<(&[u8; SUFFIX_LEN], u64)> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let (suffix, rest) = line.split_first_chunk::<SUFFIX_LEN>()?;
    let digits = rest.strip_prefix(b":")?;
    let is_canonical = digits == b"0" || !digits.starts_with(b"0");
    let is_plain = suffix.iter().all(u8::is_ascii_hexdigit) && digits.iter().all(u8::is_ascii_digit);
    let times = std::str::from_utf8(digits).ok()?.parse().ok()?;
    (is_canonical && is_plain).then_some((suffix, times))
}
