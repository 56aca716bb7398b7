//! A real HTTP client, small enough to be read: JSON in and out, any header, any body, any loopback address to come from.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use stockade_testkit::Service;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A client of one server, with kept-alive connections. A clone shares them.
#[derive(Clone)]
pub(crate) struct Client {
    http: legacy::Client<HttpConnector, Full<Bytes>>,
    addr: SocketAddr,
}

impl Client {
    pub(crate) fn of(service: &Service) -> Self {
        Self::from_address(service, Ipv4Addr::LOCALHOST)
    }

    /// A client that comes from `address`. On Linux all of 127.0.0.0/8 is this machine: that is how one machine plays many.
    pub(crate) fn from_address(service: &Service, address: Ipv4Addr) -> Self {
        assert!(address.is_loopback(), "no test leaves this machine");
        let mut connector = HttpConnector::new();
        connector.set_local_address(Some(IpAddr::V4(address)));
        connector.set_nodelay(true);
        let http = legacy::Client::builder(TokioExecutor::new())
            // A request that is sent twice would be a replay.
            .retry_canceled_requests(false)
            .build(connector);
        Self { http, addr: service.addr() }
    }

    pub(crate) fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Call<'_> {
        self.call(Method::POST, path)
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> Call<'_> {
        let uri = format!("http://{}{path}", self.addr);
        let request = Request::builder().method(method).uri(uri).body(Bytes::new()).expect("a request");
        Call { client: self, request }
    }
}

/// One request in the making.
#[must_use = "nothing is sent until `send`"]
pub(crate) struct Call<'a> {
    client: &'a Client,
    request: Request<Bytes>,
}

impl Call<'_> {
    pub(crate) fn json(self, value: &Value) -> Self {
        self.body("application/json", value.to_string())
    }

    pub(crate) fn body(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        let mut call = self.header("content-type", content_type);
        *call.request.body_mut() = body.into();
        call
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// Adds a header, beside one of the same name.
    pub(crate) fn header(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        let value = HeaderValue::from_bytes(value.as_ref()).expect("a header value");
        self.request.headers_mut().append(name, value);
        self
    }

    #[track_caller]
    pub(crate) fn send(self) -> impl Future<Output = Answer> {
        let place = std::panic::Location::caller();
        let answer = self.try_send();
        async move { answer.await.unwrap_or_else(|error| panic!("no answer to the request at {place}: {error}")) }
    }

    /// Sends it to a server that may be killed meanwhile.
    pub(crate) fn try_send(
        self,
    ) -> impl Future<Output = Result<Answer, Box<dyn std::error::Error>>> + 'static {
        let http = self.client.http.clone();
        async move {
            let response = http.request(self.request.map(Full::new)).await?;
            let (head, body) = response.into_parts();
            Ok(Answer {
                status: head.status.as_u16(),
                headers: head.headers,
                body: body.collect().await?.to_bytes(),
            })
        }
    }
}

/// What the server said.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// Holds an error against the envelope: this status, this code, exactly the four members, and the name of the request.
    #[track_caller]
    pub(crate) fn expect_error(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.error_code().as_str()), (status, code), "{self:?}");
        self.expect_envelope()
    }

    #[track_caller]
    pub(crate) fn expect_envelope(self) -> Self {
        let json = self.json();
        let error = json["error"].as_object().unwrap_or_else(|| panic!("no envelope: {self:?}"));
        let members: Vec<_> = error.keys().map(String::as_str).collect();
        assert_eq!(members, ["code", "details", "message", "request_id"], "{self:?}");
        assert_eq!(json.as_object().map(|json| json.len()), Some(1), "{self:?}");
        assert!(error["details"].is_array(), "{self:?}");
        assert_eq!(error["request_id"].as_str(), Some(self.header("x-request-id")), "{self:?}");
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store", "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn error_code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The one value of a header.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut values = self.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(only), None) => only.to_str().expect("visible ASCII"),
            _ => panic!("not exactly one `{name}`: {self:?}"),
        }
    }

    /// All that the sender of a request can tell two answers apart by, but for the name of the request and the date.
    pub(crate) fn shape(&self) -> (u16, Vec<(String, String)>, String) {
        let id = self.header("x-request-id");
        let mut headers: Vec<_> = self
            .headers
            .iter()
            .filter(|(name, _)| !["x-request-id", "date"].contains(&name.as_str()))
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        headers.sort();
        (self.status, headers, self.text().replace(id, "ID"))
    }
}

/// Sends bytes that no HTTP client would, and gives all that comes back until the server closes the connection.
#[track_caller]
pub(crate) fn raw(service: &Service, bytes: &[u8]) -> impl Future<Output = String> {
    const PATIENCE: Duration = Duration::from_secs(20);
    let place = std::panic::Location::caller();
    let talk = async move {
        let mut stream = TcpStream::connect(service.addr()).await.expect("connected");
        // The server may hang up before it has read everything.
        let _ = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    };
    async move {
        let answer = tokio::time::timeout(PATIENCE, talk).await;
        answer
            .unwrap_or_else(|_| panic!("the server waits for more instead of answering the bytes at {place}"))
    }
}
