//! Server-sent events, cut anywhere.

/// Reads the data of events (HTML, 9.2.6). Names and ids of events are passed over: the chat protocol has none.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    data: Vec<u8>,
    has_data: bool,
    /// The last byte was a carriage return, after which a line feed belongs to it.
    returned: bool,
    begun: bool,
}

/// An event is too long.
pub(super) struct TooLong;

impl Events {
    /// Takes the next bytes; `event` gets the data of each event that ends in them.
    pub(super) fn push(
        &mut self,
        bytes: &[u8],
        at_most: usize,
        mut event: impl FnMut(&[u8]),
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
    pub(super) fn finish(&mut self, mut event: impl FnMut(&[u8])) {
        self.end_line(&mut event);
        self.end_line(&mut event);
    }

    fn end_line(&mut self, event: &mut impl FnMut(&[u8])) {
        let first = !std::mem::replace(&mut self.begun, true);
        let line = match self.line.strip_prefix(b"\xef\xbb\xbf") {
            Some(rest) if first => rest,
            _ => &self.line,
        };
        if line.is_empty() {
            if std::mem::take(&mut self.has_data) {
                event(&self.data);
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
        }
        self.line.clear();
    }
}
