//! A server that speaks just enough HTTP/1.1, and fails as it is told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with each request.
#[derive(Debug, Clone)]
pub(crate) enum Manner {
    /// Writes this and closes.
    Says(String),
    /// Writes this, and then nothing, for ever.
    SaysAndStalls(String),
    /// Answers with this body, after so long.
    Late(Duration, &'static str),
    /// Reads the request and resets the connection.
    Resets,
}

impl Manner {
    pub(crate) fn answers(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Says(format!(
            "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        ))
    }

    pub(crate) fn good() -> Self {
        Self::answers("200 OK", "content-type: application/json\r\n", r#"{"good":true}"#)
    }

    /// Takes the request and never says a word.
    pub(crate) fn black_hole() -> Self {
        Self::SaysAndStalls(String::new())
    }

    /// Promises a hundred bytes and closes after `body`.
    pub(crate) fn truncated(body: &str) -> Self {
        Self::Says(format!("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{body}"))
    }

    /// Promises a hundred bytes and stalls after `body`.
    pub(crate) fn slow(body: &str) -> Self {
        Self::SaysAndStalls(format!("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{body}"))
    }
}

/// A server that ends with the test's runtime.
pub(crate) struct Upstream {
    pub(crate) addr: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl Upstream {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, manner.clone(), Arc::clone(&count)));
            }
        });
        Self { addr, requests }
    }

    /// An address at which nobody listens.
    pub(crate) async fn refusing() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { addr: listener.local_addr().unwrap(), requests: Arc::default() }
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, manner: Manner, requests: Arc<AtomicUsize>) {
    if let Manner::Resets = manner {
        // Closed with the rest of the request unread: the system answers that with a reset.
        let _ = stream.read(&mut [0; 1]).await;
        requests.fetch_add(1, Ordering::SeqCst);
        return;
    }
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await.unwrap_or(0) == 0 {
            return;
        }
    }
    requests.fetch_add(1, Ordering::SeqCst);
    match manner {
        Manner::Says(text) => _ = stream.write_all(text.as_bytes()).await,
        Manner::Late(after, body) => {
            tokio::time::sleep(after).await;
            if let Manner::Says(text) = Manner::answers("200 OK", "", body) {
                let _ = stream.write_all(text.as_bytes()).await;
            }
        }
        Manner::SaysAndStalls(text) => {
            let _ = stream.write_all(text.as_bytes()).await;
            // Until the client gives up.
            let mut sink = [0; 256];
            while stream.read(&mut sink).await.is_ok_and(|read| read > 0) {}
        }
        Manner::Resets => {}
    }
}
