//! One upstream as a tower service: where it is, and the key that it is shown.

use axum::http::header::{AUTHORIZATION, HeaderValue};
use axum::http::uri::{Scheme, Uri};
use axum::http::{Request, Response};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;
use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll};
use std::time::Duration;
use stockade::provider_health::ProviderName;
use tower_service::Service;

/// The one route that is asked of an upstream.
pub(crate) const PATH: &str = "/v1/chat/completions";

/// A connection that takes longer is not made. What comes after it, TLS included, has the time of the attempt.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// What `--upstream name=url` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) name: ProviderName,
    pub(crate) wire: Wire,
    uri: Uri,
}

/// What keys and prompts travel on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Wire {
    /// TLS.
    Tls,
    /// This machine's own loopback.
    Loopback,
    /// A network, for all on it to read.
    Clear,
}

/// Why there can be no such upstream.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum PlaceError {
    #[error("an upstream is given as name=url")]
    Shape,
    #[error("a name has 1 to 64 of the characters A-Z a-z 0-9 . _ -")]
    Name,
    #[error("the url must be https://host:port or http://host:port, perhaps with a path, and nothing else")]
    Url,
}

/// The client of one upstream. A clone shares its connections.
#[derive(Clone)]
pub(crate) struct Upstream {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    name: ProviderName,
    uri: Uri,
    key: Option<HeaderValue>,
}

/// Who gave an answer: among its extensions.
#[derive(Debug, Clone)]
pub(crate) struct AnsweredBy(pub(crate) ProviderName);

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let (name, url) = text.split_once('=').ok_or(PlaceError::Shape)?;
        let name = ProviderName::new(name).map_err(|_| PlaceError::Name)?;
        let uri: Uri = url.parse().map_err(|_| PlaceError::Url)?;
        let (Some(scheme), Some(authority), None) = (uri.scheme(), uri.authority(), uri.query()) else {
            return Err(PlaceError::Url);
        };
        if authority.as_str().contains('@') {
            return Err(PlaceError::Url);
        }
        let wire = if *scheme == Scheme::HTTPS {
            Wire::Tls
        } else if *scheme != Scheme::HTTP {
            return Err(PlaceError::Url);
        } else if is_this_machine(authority.host()) {
            Wire::Loopback
        } else {
            Wire::Clear
        };
        let whole = format!("{scheme}://{authority}{}{PATH}", uri.path().trim_end_matches('/'));
        Ok(Self { name, wire, uri: whole.parse().map_err(|_| PlaceError::Url)? })
    }
}

impl Place {
    /// The environment variable that its key stands in.
    pub(crate) fn key_variable(&self) -> String {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        format!("GATEWAY_KEY_{}", self.name.as_str().chars().map(letter).collect::<String>())
    }
}

impl Upstream {
    /// A client that shows `key`, an `authorization` header, with each request; over `tls` where its place says so.
    pub(crate) fn new(place: Place, key: Option<HeaderValue>, tls: ClientConfig) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls);
        let connector = match place.wire {
            Wire::Tls => connector.https_only(),
            Wire::Loopback | Wire::Clear => connector.https_or_http(),
        };
        let client =
            Client::builder(TokioExecutor::new()).build(connector.enable_http1().wrap_connector(tcp));
        Self { client, name: place.name, uri: place.uri, key }
    }
}

/// The header of a key; `None` for what no header may hold.
pub(crate) fn bearer(key: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {key}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

impl Service<Request<Full<Bytes>>> for Upstream {
    type Response = Response<Incoming>;
    type Error = legacy::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Full<Bytes>>) -> Self::Future {
        *request.uri_mut() = self.uri.clone();
        if let Some(key) = &self.key {
            request.headers_mut().insert(AUTHORIZATION, key.clone());
        }
        let (answer, name) = (self.client.request(request), self.name.clone());
        Box::pin(async move {
            let mut response = answer.await?;
            response.extensions_mut().insert(AnsweredBy(name));
            Ok(response)
        })
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream").field("name", &self.name).field("uri", &self.uri).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_has_a_name_and_a_place() {
        let place: Place = "eu-1=http://127.0.0.1:8001/openai/".parse().unwrap();
        assert_eq!((place.name.as_str(), place.uri.path()), ("eu-1", "/openai/v1/chat/completions"));
        assert_eq!(place.key_variable(), "GATEWAY_KEY_EU_1");
        for fine in ["a=http://localhost:1", "a=http://[::1]:8080", "a=http://127.9.9.9"] {
            assert_eq!(fine.parse::<Place>().unwrap().wire, Wire::Loopback, "{fine}");
        }
        for fine in ["a=https://example.org", "a=HTTPS://10.0.0.1:8443/v", "a=https://localhost"] {
            assert_eq!(fine.parse::<Place>().unwrap().wire, Wire::Tls, "{fine}");
        }
    }

    #[test]
    fn asvs_v12_3_1_what_leaves_this_machine_in_the_clear_is_known_to() {
        for far in ["a=http://example.org", "a=http://10.0.0.1:80", "a=http://127.0.0.1.example.org"] {
            assert_eq!(far.parse::<Place>().unwrap().wire, Wire::Clear, "{far}");
        }
    }

    #[test]
    fn confusion_a_url_holds_nothing_but_a_place() {
        for (text, why) in [
            ("http://127.0.0.1:1", PlaceError::Shape),
            ("a b=http://127.0.0.1:1", PlaceError::Name),
            ("=http://127.0.0.1:1", PlaceError::Name),
            ("a=ftp://127.0.0.1:1", PlaceError::Url),
            ("a=https://key@127.0.0.1:1", PlaceError::Url),
            ("a=http://key@127.0.0.1:1", PlaceError::Url),
            ("a=http://127.0.0.1:1/?key=1", PlaceError::Url),
            ("a=127.0.0.1:1", PlaceError::Url),
            ("a=", PlaceError::Url),
        ] {
            assert_eq!(text.parse::<Place>(), Err(why), "{text}");
        }
    }

    #[test]
    fn a_key_is_neither_shown_nor_smuggles_a_header() {
        let key = bearer("sk-hunter2").unwrap();
        assert!(!format!("{key:?}").contains("hunter2"));
        assert!(bearer("a\r\nx-admin: 1").is_none());
    }
}
