//! One line out of the whole table, in bounded memory.

use super::Mount;
use std::io::{self, BufRead, Read};

/// How many bytes of the table are read at most: at 100 bytes a line, ten times the kernel's default limit of 100,000 mounts
/// (`/proc/sys/fs/mount-max`).
const MAX_TABLE: u64 = 100 * 1024 * 1024;

/// The mount with the number `id`, or `None` where the table has none that can be read.
pub(in crate::storage) fn find(table: impl Read, id: u64) -> io::Result<Option<Mount>> {
    let mut table = io::BufReader::new(table.take(MAX_TABLE));
    let prefix = format!("{id} ");
    let mut line = Vec::new();
    while read_line(&mut table, &mut line)? {
        if line.starts_with(prefix.as_bytes()) {
            return Ok(Mount::parse(&line).ok());
        }
    }
    Ok(None)
}

/// The next line without its line feed; of one that is too long, the part that shows that. False at the end.
fn read_line(table: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    const ROOM: usize = Mount::MAX_LINE + 1;
    line.clear();
    loop {
        let chunk = table.fill_buf()?;
        if chunk.is_empty() {
            return Ok(!line.is_empty());
        }
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
        let room = ROOM.saturating_sub(line.len());
        line.extend(part.iter().take(room));
        let used = part.len() + usize::from(end.is_some());
        table.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}
