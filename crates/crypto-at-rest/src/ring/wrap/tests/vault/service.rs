//! A service that imitates the transit engine, or misbehaves.

use base64ct::{Base64, Encoding};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// One request, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) line: String,
    pub(super) headers: Vec<String>,
    pub(super) body: String,
}

pub(super) trait Stream: Read + Write {}
impl<S: Read + Write> Stream for S {}

pub(super) struct Service {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Service {
    /// Answers each connection once; the thread ends with the test's process.
    pub(super) fn new(answer: impl Fn(&Request) -> Vec<u8> + Send + 'static) -> Self {
        Self::over(|stream| Some(Box::new(stream)), answer)
    }

    pub(super) fn over(
        accept: impl Fn(TcpStream) -> Option<Box<dyn Stream>> + Send + 'static,
        answer: impl Fn(&Request) -> Vec<u8> + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Some(mut stream) = accept(stream.unwrap()) else { continue };
                let Some(request) = read(&mut stream) else { continue };
                log.lock().unwrap().push(request.clone());
                let _ = stream.write_all(&answer(&request));
                let _ = stream.flush();
            }
        });
        Self { address, seen }
    }

    /// The transit engine: "encryption" is a bit flip.
    pub(super) fn transit() -> Self {
        Self::new(transit)
    }

    pub(super) fn base(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.address)
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

pub(super) fn transit(request: &Request) -> Vec<u8> {
    let question: serde_json::Value = serde_json::from_str(&request.body).unwrap();
    let flip = |text: &str| -> Option<String> {
        let octets: Vec<u8> = Base64::decode_vec(text).ok()?.iter().map(|octet| !octet).collect();
        Some(Base64::encode_string(&octets))
    };
    if let Some(plaintext) = question["plaintext"].as_str() {
        let ciphertext = format!("vault:v1:{}", flip(plaintext).unwrap());
        return json(
            &serde_json::json!({ "request_id": "x", "data": { "ciphertext": ciphertext, "key_version": 1 } }),
        );
    }
    let ciphertext = question["ciphertext"].as_str().unwrap();
    match ciphertext.strip_prefix("vault:v1:").and_then(flip) {
        Some(plaintext) => json(&serde_json::json!({ "data": { "plaintext": plaintext } })),
        None => answer("400 Bad Request", "", "{\"errors\":[\"invalid ciphertext\"]}"),
    }
}

pub(super) fn json(value: &serde_json::Value) -> Vec<u8> {
    answer("200 OK", "", &value.to_string())
}

pub(super) fn answer(status: &str, header: &str, body: &str) -> Vec<u8> {
    let len = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {len}\r\nconnection: close\r\n{header}\r\n{body}")
        .into_bytes()
}

fn read(stream: &mut Box<dyn Stream>) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let len =
        lines.iter().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; len.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let line = lines.remove(0);
    Some(Request { line, headers: lines, body: String::from_utf8(body).unwrap() })
}
