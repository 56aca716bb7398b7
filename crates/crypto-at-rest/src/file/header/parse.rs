//! Reads a header, strictly: everything in it has one spelling.

use super::stanza::{BodyLine, Stanza, parse_arguments, parse_body_line};
use super::{HeaderError, MAC_MARK, MAX_HEADER_LEN, MAX_STANZAS, VERSION_LINE};
use base64ct::{Base64Unpadded, Encoding};
use std::io::{BufRead, Read};
use std::ops::Range;

/// What every version of the format begins with.
const MAGIC: &[u8] = b"age-encryption.org/";
/// The longest first line that is read before it must have ended.
const MAX_VERSION_LINE: usize = 65;

/// What was read: all bytes, the part of them that the MAC covers, the stanzas, and the MAC.
pub(super) struct Parsed {
    pub(super) bytes: Vec<u8>,
    pub(super) covered: usize,
    pub(super) stanzas: Vec<Stanza>,
    pub(super) mac: [u8; 32],
}

/// Reads up to and with the MAC line, and not a byte further.
pub(super) fn read<R: BufRead + ?Sized>(reader: &mut R) -> Result<Parsed, HeaderError> {
    let mut lines = Lines { reader, bytes: Vec::with_capacity(512), number: 0 };
    version(&mut lines)?;
    let mut stanzas = Vec::new();
    loop {
        let range = lines.next(MAX_HEADER_LEN)?;
        let (start, line) = (range.start, &lines.bytes[range]);
        if let Some(args) = line.strip_prefix(b"-> ") {
            let (kind, args) = parse_arguments(args).map_err(|what| lines.malformed(what))?;
            if stanzas.len() == MAX_STANZAS {
                return Err(HeaderError::TooLong);
            }
            let body = body(&mut lines)?;
            stanzas.push(Stanza::known(&kind, args, body));
        } else if let Some(text) = line.strip_prefix(MAC_MARK).and_then(|rest| rest.strip_prefix(b" ")) {
            let mac = mac(text).map_err(|what| lines.malformed(what))?;
            if stanzas.is_empty() {
                return Err(lines.malformed("no stanza before the mac"));
            }
            return Ok(Parsed { covered: start + MAC_MARK.len(), bytes: lines.bytes, stanzas, mac });
        } else {
            return Err(lines.malformed("neither a stanza nor the mac"));
        }
    }
}

fn version<R: BufRead + ?Sized>(lines: &mut Lines<'_, R>) -> Result<(), HeaderError> {
    let range = match lines.next(MAX_VERSION_LINE) {
        Err(HeaderError::Truncated) if MAGIC.starts_with(&lines.bytes) && !lines.bytes.is_empty() => {
            return Err(HeaderError::Truncated);
        }
        Err(HeaderError::Truncated | HeaderError::TooLong) if !lines.bytes.starts_with(MAGIC) => {
            return Err(HeaderError::NotAge);
        }
        range => range?,
    };
    let line = &lines.bytes[range];
    if line == VERSION_LINE {
        return Ok(());
    }
    let version = line.strip_prefix(MAGIC).ok_or(HeaderError::NotAge)?;
    if version.is_empty() || !version.iter().all(u8::is_ascii_graphic) {
        return Err(lines.malformed("the version is empty or not printable ascii"));
    }
    Err(HeaderError::UnsupportedVersion { version: version.iter().copied().map(char::from).collect() })
}

fn body<R: BufRead + ?Sized>(lines: &mut Lines<'_, R>) -> Result<Vec<u8>, HeaderError> {
    let mut body = Vec::new();
    loop {
        let range = lines.next(MAX_HEADER_LEN)?;
        match parse_body_line(&lines.bytes[range], &mut body).map_err(|what| lines.malformed(what))? {
            BodyLine::Full => {}
            BodyLine::Last => return Ok(body),
        }
    }
}

fn mac(text: &[u8]) -> Result<[u8; 32], &'static str> {
    let mut mac = [0; 32];
    let whole = Base64Unpadded::decode(text, &mut mac).is_ok_and(|decoded| decoded.len() == 32);
    if whole { Ok(mac) } else { Err("the mac is not 32 bytes in canonical base64") }
}

struct Lines<'r, R: ?Sized> {
    reader: &'r mut R,
    bytes: Vec<u8>,
    number: usize,
}

impl<R: BufRead + ?Sized> Lines<'_, R> {
    /// Where the next line is in `bytes`, without its line feed. `limit` is for all bytes so far.
    fn next(&mut self, limit: usize) -> Result<Range<usize>, HeaderError> {
        self.number += 1;
        let start = self.bytes.len();
        let room = limit.saturating_sub(start) as u64;
        Read::take(&mut *self.reader, room).read_until(b'\n', &mut self.bytes)?;
        match self.bytes.split_last() {
            Some((b'\n', rest)) if self.bytes.len() > start => Ok(start..rest.len()),
            _ if self.bytes.len() >= limit => Err(HeaderError::TooLong),
            _ => Err(HeaderError::Truncated),
        }
    }

    fn malformed(&self, what: &'static str) -> HeaderError {
        HeaderError::Malformed { line: self.number, what }
    }
}
