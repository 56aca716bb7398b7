//! A model provider on a loopback port, which answers, fails, dies and comes back as it is told.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

/// What it does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Manner {
    /// Answers as it is asked: a completion, or a stream of four events, one after the other.
    Good,
    /// This status, these headers, and a body of JSON.
    Says(u16, &'static str),
    /// Writes this and closes.
    Writes(&'static str),
    /// Writes this, and then nothing, for ever.
    Stalls(&'static str),
    /// Answers well, but whoever says the word gets this.
    GoodBut(&'static str, &'static str),
    /// Answers well, after so long.
    Late(Duration),
    /// A stream without end, which it breaks off where nobody reads it for so long.
    Pours(Duration),
    /// Closes with the request unread, which the system answers with a reset.
    Resets,
}

/// What it keeps on the wire open.
#[derive(Default)]
struct Book {
    requests: AtomicUsize,
    heads: Mutex<Vec<String>>,
    bodies: Mutex<Vec<String>>,
}

pub(crate) struct Upstream {
    pub(crate) name: &'static str,
    addr: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    book: Arc<Book>,
    tls: Option<TlsAcceptor>,
    running: Option<JoinHandle<()>>,
}

impl Upstream {
    pub(crate) async fn start(name: &'static str, manner: Manner) -> Self {
        Self::start_over(name, manner, None).await
    }

    /// One that speaks TLS.
    pub(crate) async fn start_over(name: &'static str, manner: Manner, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("its address");
        let (manner, book) = (Arc::new(Mutex::new(manner)), Arc::new(Book::default()));
        let mut upstream = Self { name, addr, manner, book, tls, running: None };
        upstream.listen(listener);
        upstream
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// As the flag of the gateway wants it.
    pub(crate) fn flag(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{}={scheme}://{}", self.name, self.addr)
    }

    pub(crate) fn now(&self, manner: Manner) {
        *self.manner.lock().unwrap_or_else(PoisonError::into_inner) = manner;
    }

    /// How many requests have come.
    pub(crate) fn requests(&self) -> usize {
        self.book.requests.load(Ordering::SeqCst)
    }

    /// The heads of all requests.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.book.heads.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The bodies of all requests.
    pub(crate) fn bodies(&self) -> Vec<String> {
        self.book.bodies.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends it with all its connections, whatever is under way.
    pub(crate) async fn kill(&mut self) {
        let running = self.running.take().expect("it runs");
        running.abort();
        let _ = running.await;
    }

    /// Comes back on the same port.
    pub(crate) async fn restore(&mut self) {
        let listener = TcpListener::bind(self.addr).await.expect("the same port");
        self.listen(listener);
    }

    fn listen(&mut self, listener: TcpListener) {
        let (name, manner, book) = (self.name, self.manner.clone(), self.book.clone());
        let tls = self.tls.clone();
        self.running = Some(tokio::spawn(async move {
            // Dropped with this task, and the sockets with it.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, manner, book) = (tls.clone(), manner.clone(), book.clone());
                connections.spawn(async move {
                    match tls {
                        None => serve(stream, name, manner, book).await,
                        // A client that does not believe the certificate ends it here.
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, name, manner, book).await;
                            }
                        }
                    }
                });
                while connections.try_join_next().is_some() {}
            }
        }));
    }
}

/// What bytes come and go by.
trait Wire: AsyncRead + AsyncWrite + Unpin {}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire for S {}

/// Requests of one connection, until something ends it.
async fn serve(mut stream: impl Wire, name: &'static str, manner: Arc<Mutex<Manner>>, book: Arc<Book>) {
    let mut bytes = Vec::new();
    loop {
        let manner = || manner.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if matches!(manner(), Manner::Resets) {
            let _ = stream.read(&mut [0; 1]).await;
            book.requests.fetch_add(1, Ordering::SeqCst);
            return;
        }
        let Some((head, body)) = request(&mut stream, &mut bytes).await else { return };
        book.requests.fetch_add(1, Ordering::SeqCst);
        book.heads.lock().unwrap_or_else(PoisonError::into_inner).push(head);
        book.bodies.lock().unwrap_or_else(PoisonError::into_inner).push(body.clone());
        let done = match manner() {
            Manner::Good if body.contains(r#""stream":true"#) => say_events(&mut stream, name).await,
            Manner::GoodBut(word, text) if body.contains(word) => {
                let _ = stream.write_all(text.as_bytes()).await;
                return;
            }
            Manner::Good | Manner::GoodBut(..) | Manner::Late(_) => {
                if let Manner::Late(span) = manner() {
                    tokio::time::sleep(span).await;
                }
                let body = format!(r#"{{"id":"1","choices":[{{"message":{{"content":"{name}"}}}}]}}"#);
                stream.write_all(json("200 OK", "", &body).as_bytes()).await
            }
            Manner::Says(status, headers) => {
                let body = r#"{"error":{"message":"sk-inside"}}"#;
                stream.write_all(json(&format!("{status} Told"), headers, body).as_bytes()).await
            }
            Manner::Writes(text) => {
                let _ = stream.write_all(text.as_bytes()).await;
                return;
            }
            Manner::Stalls(text) => {
                let _ = stream.write_all(text.as_bytes()).await;
                // Until the client gives up.
                let mut sink = [0; 256];
                while stream.read(&mut sink).await.is_ok_and(|read| read > 0) {}
                return;
            }
            Manner::Pours(patience) => {
                let event = format!(
                    "data: {{\"choices\":[{{\"delta\":{{\"content\":\"{}\"}}}}]}}\n\n",
                    "and so on ".repeat(400)
                );
                let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
                let chunk = format!("{:x}\r\n{event}\r\n", event.len());
                let mut written = stream.write_all(head.as_bytes()).await;
                while written.is_ok() {
                    let write = tokio::time::timeout(patience, stream.write_all(chunk.as_bytes()));
                    let Ok(result) = write.await else { return };
                    written = result;
                }
                return;
            }
            Manner::Resets => return,
        };
        // TLS holds back what has not been flushed.
        if done.is_err() || stream.flush().await.is_err() {
            return;
        }
    }
}

fn json(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
}

async fn say_events(stream: &mut impl Wire, name: &str) -> std::io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).await?;
    for part in [name, " says", " hello"] {
        let event = format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{part}\"}}}}]}}\n\n");
        stream.write_all(format!("{:x}\r\n{event}\r\n", event.len()).as_bytes()).await?;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    stream.write_all(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n").await
}

/// The head and the body of the next request; `None` at the end of the connection.
async fn request(stream: &mut impl Wire, bytes: &mut Vec<u8>) -> Option<(String, String)> {
    loop {
        if let Some(end) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            let whole = end + 4 + length.unwrap_or(0);
            if bytes.len() >= whole {
                let body = String::from_utf8_lossy(&bytes[end + 4..whole]).into_owned();
                bytes.drain(..whole);
                return Some((head, body));
            }
        }
        if stream.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
    }
}
