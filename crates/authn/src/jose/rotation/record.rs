//! The line as bytes, before they are sealed: a form, a count, and for each key its algorithm, two times and the seed.

use super::line::{Entry, Line};
use crate::jose::{KeyError, KeySet};
use stockade_core::{Secret, UnixMillis};
use zeroize::Zeroizing;

const FORM: u8 = 1;
const ED25519: u8 = 1;
const ENTRY_LEN: usize = 1 + 8 + 8 + 32;

/// The bytes do not hold a line.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotALine {
    #[error("the record of signing keys is malformed")]
    Form,
    #[error("a key in the record of signing keys cannot be used")]
    Key(#[from] KeyError),
}

pub(super) fn write(line: &Line) -> Zeroizing<Vec<u8>> {
    // Reserved in whole, so that no growth leaves a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(2 + line.entries.len() * ENTRY_LEN));
    bytes.extend([FORM, u8::try_from(line.entries.len()).unwrap_or(u8::MAX)]);
    for entry in &line.entries {
        bytes.push(ED25519);
        for at in [entry.announced_at, entry.activates_at] {
            bytes.extend(at.as_millis().to_be_bytes());
        }
        bytes.extend_from_slice(entry.seed.expose());
    }
    bytes
}

pub(super) fn read(bytes: &[u8]) -> Result<Line, NotALine> {
    let [FORM, count, rest @ ..] = bytes else { return Err(NotALine::Form) };
    let count = usize::from(*count);
    if !(1..=KeySet::MAX_KEYS).contains(&count) || rest.len() != count * ENTRY_LEN {
        return Err(NotALine::Form);
    }
    let entries = rest.chunks_exact(ENTRY_LEN).map(entry).collect::<Result<Vec<_>, _>>()?;
    if !entries.is_sorted_by_key(|entry| entry.activates_at) {
        return Err(NotALine::Form);
    }
    Ok(Line { entries })
}

fn entry(bytes: &[u8]) -> Result<Entry, NotALine> {
    let [ED25519, rest @ ..] = bytes else { return Err(NotALine::Form) };
    let (announced, rest) = rest.split_first_chunk().ok_or(NotALine::Form)?;
    let (activates, rest) = rest.split_first_chunk().ok_or(NotALine::Form)?;
    let seed = Zeroizing::new(<[u8; 32]>::try_from(rest).map_err(|_| NotALine::Form)?);
    let time = |bytes: &[u8; 8]| UnixMillis::from_millis(u64::from_be_bytes(*bytes));
    Ok(Entry::from_seed(Secret::new(*seed), time(announced), time(activates))?)
}
