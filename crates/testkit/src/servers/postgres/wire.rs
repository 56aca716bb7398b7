//! As much of PostgreSQL's protocol (version 3.0) as it takes to start a server and make databases: no password, simple
//! queries, first columns.

use super::super::ServerError;
use std::io::{self, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than `CREATE DATABASE` takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Far beyond what the statements here are answered with.
const MAX_MESSAGE: usize = 1 << 20;

/// One connection.
#[derive(Debug)]
pub(super) struct Wire {
    stream: BufReader<TcpStream>,
}

impl Wire {
    pub(super) fn connect(addr: SocketAddr, user: &str, database: &str) -> Result<Self, ServerError> {
        let stream = TcpStream::connect_timeout(&addr, Duration::from_secs(5))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let mut wire = Self { stream: BufReader::new(stream) };
        let mut body = 0x0003_0000_u32.to_be_bytes().to_vec();
        for text in ["user", user, "database", database, ""] {
            body.extend(text.bytes());
            body.push(0);
        }
        wire.send(None, &body)?;
        wire.answer()?;
        Ok(wire)
    }

    /// The first column of each row, as text; what is NULL is empty.
    pub(super) fn query(&mut self, sql: &str) -> Result<Vec<String>, ServerError> {
        let mut body = sql.as_bytes().to_vec();
        body.push(0);
        self.send(Some(b'Q'), &body)?;
        self.answer()
    }

    fn send(&mut self, kind: Option<u8>, body: &[u8]) -> io::Result<()> {
        let length = u32::try_from(body.len() + 4).map_err(io::Error::other)?;
        let mut message: Vec<u8> = kind.into_iter().collect();
        message.extend(length.to_be_bytes());
        message.extend(body);
        self.stream.get_mut().write_all(&message)
    }

    /// Reads until the server is ready for more.
    fn answer(&mut self) -> Result<Vec<String>, ServerError> {
        let mut rows = Vec::new();
        let mut refused = None;
        loop {
            let (kind, body) = self.message()?;
            match kind {
                b'Z' => return refused.map_or(Ok(rows), |message| Err(ServerError::Refused { message })),
                b'D' => rows.push(first_column(&body)),
                b'E' => {
                    let message = error_message(&body);
                    if message.starts_with("FATAL") {
                        return Err(ServerError::Refused { message });
                    }
                    refused = Some(message);
                }
                // Authentication: 0 is "you are in"; anything else asks for a password.
                b'R' if body != [0; 4] => {
                    return Err(ServerError::Refused { message: "it asks for a password".into() });
                }
                _ => {}
            }
        }
    }

    fn message(&mut self) -> io::Result<(u8, Vec<u8>)> {
        let mut head = [0; 5];
        self.stream.read_exact(&mut head)?;
        let [kind, length @ ..] = head;
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?;
        let length = length.checked_sub(4).filter(|length| *length <= MAX_MESSAGE);
        let mut body = vec![0; length.ok_or(io::ErrorKind::InvalidData)?];
        self.stream.read_exact(&mut body)?;
        Ok((kind, body))
    }
}

fn first_column(row: &[u8]) -> String {
    let length = row.get(2..6).and_then(|bytes| bytes.try_into().ok()).map(i32::from_be_bytes);
    let text = length.and_then(|length| row.get(6..6 + usize::try_from(length).ok()?)).unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}

/// Severity, code and message, of the fields of an error.
fn error_message(body: &[u8]) -> String {
    let fields = body.split(|byte| *byte == 0).filter_map(|field| field.split_first());
    let wanted = fields.filter(|(kind, _)| matches!(kind, b'V' | b'C' | b'M'));
    wanted.map(|(_, text)| String::from_utf8_lossy(text).into_owned()).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncation_of_a_row_gives_an_empty_column() {
        let row = [0, 1, 0, 0, 0, 2, b'o', b'k'];
        assert_eq!(first_column(&row), "ok");
        for end in 0..row.len() {
            assert_eq!(first_column(&row[..end]), "");
        }
        assert_eq!(first_column(&[0, 1, 255, 255, 255, 255]), "");
    }

    #[test]
    fn an_error_is_its_severity_code_and_message() {
        assert_eq!(error_message(b"SFEHLER\0VERROR\0C42P04\0Mis there\0\0"), "ERROR: 42P04: is there");
    }
}
