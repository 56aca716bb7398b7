//! Numbers and strings as bytes, little end first.

use super::JournalError;

/// Appends.
#[derive(Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn u8(&mut self, number: u8) {
        self.0.push(number);
    }

    pub(super) fn u32(&mut self, number: u32) {
        self.bytes(&number.to_le_bytes());
    }

    pub(super) fn u64(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
    }
}

/// Takes off the front; all that is missing or unknown is damage.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn bytes(&mut self, len: usize) -> Result<&'a [u8], JournalError> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(JournalError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], JournalError> {
        self.bytes(N)?.try_into().map_err(|_| JournalError::Damaged)
    }

    pub(super) fn u8(&mut self) -> Result<u8, JournalError> {
        self.array::<1>().map(|[number]| number)
    }

    pub(super) fn flag(&mut self) -> Result<bool, JournalError> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(JournalError::Damaged),
        }
    }

    pub(super) fn u32(&mut self) -> Result<u32, JournalError> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, JournalError> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn end(self) -> Result<(), JournalError> {
        if self.0.is_empty() { Ok(()) } else { Err(JournalError::Damaged) }
    }
}
