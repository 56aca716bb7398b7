//! The lines of an event stream (WHATWG HTML §9.2.5), as far as a gateway has to read them.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// Where the last whole event in `bytes` ends, looking no further back than `from`; 0 if none does. An event ends with an empty
/// line, and a line with LF, CR LF or CR.
pub(super) fn end_of_whole(bytes: &[u8], from: usize) -> usize {
    let ends = |end: &usize| {
        let head = bytes.get(..*end).unwrap_or_default();
        [&b"\n\n"[..], b"\n\r\n", b"\r\r"].iter().any(|blank| head.ends_with(blank))
    };
    (from + 1..=bytes.len()).rev().find(ends).unwrap_or(0)
}

/// What is looked at of one event.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Event {
    kind: Vec<u8>,
    /// Its `data` lines, one below the other.
    pub(super) data: Vec<u8>,
}

impl Event {
    pub(super) fn is_done(&self) -> bool {
        self.data.trim_ascii() == DONE
    }

    /// Whether it says that the upstream has failed: by its type, or as model providers do, by a field of its data.
    pub(super) fn is_error(&self) -> bool {
        #[derive(Deserialize)]
        struct Failure {
            error: Option<IgnoredAny>,
        }
        let says_so = || {
            let object = self.data.trim_ascii_start().starts_with(b"{");
            object && serde_json::from_slice(&self.data).is_ok_and(|failure: Failure| failure.error.is_some())
        };
        self.kind == b"error" || says_so()
    }
}

const DONE: &[u8] = b"[DONE]";

/// The events in `bytes` that have come whole.
pub(super) fn whole_events(bytes: &[u8]) -> impl Iterator<Item = Event> {
    let whole = bytes.get(..end_of_whole(bytes, 0)).unwrap_or_default();
    let mut lines = lines(whole);
    std::iter::from_fn(move || {
        let mut event = None;
        for line in lines.by_ref() {
            if line.is_empty() {
                match event.take() {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let event: &mut Event = event.get_or_insert_default();
            if let Some(kind) = field(line, b"event") {
                event.kind = kind.to_vec();
            } else if let Some(data) = field(line, b"data") {
                if !event.data.is_empty() {
                    event.data.push(b'\n');
                }
                event.data.extend_from_slice(data);
            }
        }
        event
    })
}

/// Whether one of these events says that the stream is complete.
pub(super) fn is_done(events: &[u8]) -> bool {
    lines(events).any(|line| field(line, b"data").is_some_and(|data| data.trim_ascii() == DONE))
}

fn field<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let value = line.strip_prefix(name)?.strip_prefix(b":")?;
    Some(value.strip_prefix(b" ").unwrap_or(value))
}

/// A line ends with LF, CR LF or CR.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        let (line, tail) = rest.split_at_checked(end)?;
        rest = tail.strip_prefix(b"\r\n").or_else(|| tail.get(1..)).unwrap_or_default();
        Some(line)
    })
}
