//! Server-sent events, cut anywhere.

/// Reads the data of events (HTML, 9.2.6). Ids are passed over, and so are names, of which the chat protocol has none, but for the
/// `error` by which some servers tell that an answer broke off.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    is_error: bool,
    /// The last byte was a carriage return, after which a line feed belongs to it.
    returned: bool,
    begun: bool,
}

/// One event.
pub(super) struct Event<'a> {
    pub(super) data: &'a [u8],
    /// Whether its name is `error`.
    pub(super) is_error: bool,
}

impl From<Event<'_>> for (Vec<u8>, bool) {
    fn from(event: Event<'_>) -> Self {
        (event.data.to_vec(), event.is_error)
    }
}

/// An event is too long.
pub(super) struct TooLong;

impl Events {
    /// Takes the next bytes; `event` gets each event that ends in them.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        at_most: usize,
        mut event: impl FnMut(Event<'_>),
    ) -> Result<(), TooLong> {
        for &byte in bytes {
            let returned = std::mem::take(&mut self.returned);
            match byte {
                b'\n' if returned => {}
                b'\n' => self.end_line(&mut event),
                b'\r' => {
                    self.returned = true;
                    self.end_line(&mut event);
                }
                _ if self.line.len() + self.data.len() >= at_most => return Err(TooLong),
                _ => self.line.push(byte),
            }
        }
        Ok(())
    }

    /// The end of the stream. The standard drops an event that no empty line ends; clients of this protocol do not.
    pub(super) fn finish(&mut self, mut event: impl FnMut(Event<'_>)) {
        self.end_line(&mut event);
        self.end_line(&mut event);
    }

    fn end_line(&mut self, event: &mut impl FnMut(Event<'_>)) {
        let first = !std::mem::replace(&mut self.begun, true);
        let line = match self.line.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) if first => rest,
            _ => &self.line,
        };
        if line.is_empty() {
            let is_error = std::mem::take(&mut self.is_error);
            if std::mem::take(&mut self.has_data) {
                event(Event { data: &self.data, is_error });
                self.data.clear();
            }
        } else if let Some(value) = line.strip_prefix(b"data") {
            let value = match value {
                [b':', b' ', value @ ..] | [b':', value @ ..] => Some(value),
                [] => Some(value),
                _ => None,
            };
            if let Some(value) = value {
                if self.has_data {
                    self.data.push(b'\n');
                }
                self.data.extend_from_slice(value);
                self.has_data = true;
            }
        } else if let Some(name) = line.strip_prefix(b"event:") {
            self.is_error = name.trim_ascii() == b"error";
        }
        self.line.clear();
    }
}
