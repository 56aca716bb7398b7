//! A client that asks as fast as it is answered.

use crate::Failure;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The most bytes of an answer. Ours are a tenth of it; more means that something else answers.
const MAX_RESPONSE: usize = 4 * 1024;

/// Several connections, each of which sends its next request when it has read the answer to the last one.
///
/// HTTP by hand, and little of it: a client library would take more of the two cores than the servers that are to be compared.
#[derive(Debug, Clone)]
pub struct Load {
    /// Whom to ask.
    pub server: SocketAddr,
    /// What to ask.
    pub request: Request,
    /// How many at once.
    pub connections: u32,
    /// For how long answers do not count yet.
    pub warm_up: Duration,
    /// For how long they count.
    pub duration: Duration,
    /// What to ask at the end, and wait for the answer: the time that it takes counts, too. `None` where a server leaves no
    /// work behind.
    pub at_the_end: Option<Request>,
}

/// A request without a body, that leaves the connection open.
#[derive(Debug, Clone)]
pub struct Request {
    bytes: Vec<u8>,
    expected: &'static [u8],
}

impl Request {
    /// `GET path`, with one more header line, which is answered with 200 and the body `expected`.
    #[must_use]
    pub fn get(path: &str, header: &str, expected: &'static [u8]) -> Self {
        let text =
            format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nuser-agent: compare/1\r\n{header}\r\n\r\n");
        Self { bytes: text.into_bytes(), expected }
    }

    /// `GET path`, with one more header line; whatever the answer is.
    #[must_use]
    pub fn get_any(path: &str, header: &str) -> Self {
        Self::get(path, header, b"")
    }

    /// `POST path` with a JSON body; whatever the answer is.
    #[must_use]
    pub fn post(path: &str, json: &str) -> Self {
        Self::post_with(path, "accept: */*", json)
    }

    /// `POST path` with one more header line and a JSON body; whatever the answer is.
    #[must_use]
    pub fn post_with(path: &str, header: &str, json: &str) -> Self {
        let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\nuser-agent: compare/1\r\n{header}");
        let entity = format!("content-type: application/json\r\ncontent-length: {}", json.len());
        Self { bytes: format!("{head}\r\n{entity}\r\n\r\n{json}").into_bytes(), expected: b"" }
    }
}

impl Load {
    /// 16 connections for 3 seconds, after half a second that does not count.
    #[must_use]
    pub fn of(request: Request, server: SocketAddr) -> Self {
        Self {
            server,
            request,
            connections: 16,
            warm_up: Duration::from_millis(500),
            duration: Duration::from_secs(3),
            at_the_end: None,
        }
    }

    /// Puts the load on, from one thread. Gives the answers per second.
    ///
    /// # Errors
    /// A connection fails, or an answer is not 200 with the expected body.
    pub fn run(&self) -> Result<f64, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        runtime.block_on(async {
            let start = Instant::now() + self.warm_up;
            let mut clients = tokio::task::JoinSet::new();
            for _ in 0..self.connections {
                let load = self.clone();
                clients.spawn(async move { load.one_connection(start).await });
            }
            let mut answers = 0;
            while let Some(counted) = clients.join_next().await {
                answers += counted??;
            }
            if let Some(last) = &self.at_the_end {
                Connection::open(self.server).await?.ask(last).await?;
            }
            let taken = if self.at_the_end.is_some() { start.elapsed() } else { self.duration };
            Ok(answers as f64 / taken.as_secs_f64())
        })
    }

    async fn one_connection(&self, start: Instant) -> Result<u64, Failure> {
        let end = start + self.duration;
        let mut connection = Connection::open(self.server).await?;
        let mut counted = 0;
        loop {
            connection.ask(&self.request).await?;
            let now = Instant::now();
            if now >= end {
                return Ok(counted);
            }
            counted += u64::from(now >= start);
        }
    }
}

pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(super) async fn open(server: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(MAX_RESPONSE) })
    }

    /// Sends `request` and reads the answer, whatever it is; gives its status.
    pub(super) async fn exchange(&mut self, request: &Request) -> Result<u16, Failure> {
        self.stream.write_all(&request.bytes).await?;
        self.buffer.clear();
        loop {
            if let Some(status) = status_of_whole(&self.buffer)? {
                return Ok(status);
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server hung up".into());
            }
        }
    }

    async fn ask(&mut self, request: &Request) -> Result<(), Failure> {
        self.stream.write_all(&request.bytes).await?;
        self.buffer.clear();
        while !is_whole(&self.buffer, request.expected)? {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server hung up".into());
            }
        }
        Ok(())
    }
}

/// The status of `response`, if that is a whole answer with a body of a known length.
fn status_of_whole(response: &[u8]) -> Result<Option<u16>, Failure> {
    let Some(head_end) = response.windows(4).position(|four| four == b"\r\n\r\n") else {
        return if response.len() < MAX_RESPONSE { Ok(None) } else { Err("an endless head".into()) };
    };
    let length = content_length(&response[..head_end]).ok_or("an answer without a length")?;
    if response.len() < head_end + 4 + length {
        return Ok(None);
    }
    let status = response.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
    Ok(Some(status.ok_or("no status")?.parse()?))
}

/// Whether `response` is a whole answer; an error if it is not the one that was expected.
fn is_whole(response: &[u8], expected: &[u8]) -> Result<bool, Failure> {
    let Some(head_end) = response.windows(4).position(|four| four == b"\r\n\r\n") else {
        return if response.len() < MAX_RESPONSE { Ok(false) } else { Err("an endless head".into()) };
    };
    let (head, body) = (&response[..head_end], &response[head_end + 4..]);
    let length = content_length(head).ok_or("an answer without a length")?;
    if !head.starts_with(b"HTTP/1.1 200 ") || length != expected.len() || body.len() > length {
        let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
        return Err(format!("an unexpected answer: {}", String::from_utf8_lossy(line)).into());
    }
    match body.len() == length {
        true if body != expected => Err("an unexpected body".into()),
        whole => Ok(whole),
    }
}

fn content_length(head: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length: ";
    let line = head
        .split(|byte| *byte == b'\n')
        .find(|line| line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)))?;
    std::str::from_utf8(&line[NAME.len()..]).ok()?.trim_end().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_all_of_its_body_is_there() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nx: y\r\n\r\nhello";
        for cut in 0..whole.len() {
            assert!(!is_whole(&whole[..cut], b"hello").unwrap(), "{cut}");
        }
        assert!(is_whole(whole, b"hello").unwrap());
    }

    #[test]
    fn any_answer_is_whole_with_its_body() {
        let whole = b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\n{}";
        for cut in 0..whole.len() {
            assert_eq!(status_of_whole(&whole[..cut]).unwrap(), None, "{cut}");
        }
        assert_eq!(status_of_whole(whole).unwrap(), Some(401));
        assert!(status_of_whole(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }

    #[test]
    fn a_refusal_or_another_body_ends_the_measurement() {
        let refusal = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 5\r\n\r\nhello";
        assert!(is_whole(refusal, b"hello").unwrap_err().to_string().contains("503"));
        assert!(is_whole(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwrong", b"hello").is_err());
        assert!(is_whole(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello HTTP", b"hello").is_err());
        assert!(is_whole(b"HTTP/1.1 200 OK\r\n\r\n", b"hello").is_err());
        assert!(is_whole(&[b'x'; MAX_RESPONSE], b"hello").is_err());
    }
}
