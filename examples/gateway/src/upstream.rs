//! One upstream as a tower service: where it is, and the key that it is shown.

use axum::http::header::{AUTHORIZATION, HeaderValue};
use axum::http::uri::{Scheme, Uri};
use axum::http::{Request, Response};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::TokioExecutor;
use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll};
use std::time::Duration;
use stockade::provider_health::ProviderName;
use tower_service::Service;

/// The one route that is asked of an upstream.
const PATH: &str = "/v1/chat/completions";

/// A connection that takes longer is not made: an upstream is on this machine, or one hop behind a proxy there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// What `--upstream name=url` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) name: ProviderName,
    uri: Uri,
}

/// Why there can be no such upstream.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum PlaceError {
    #[error("an upstream is given as name=url")]
    Shape,
    #[error("a name has 1 to 64 of the characters A-Z a-z 0-9 . _ -")]
    Name,
    #[error("the url must be http://host:port, perhaps with a path, and nothing else")]
    Url,
    #[error("keys and prompts would leave this machine in the clear: name a TLS proxy on it")]
    Clear,
}

/// The client of one upstream. A clone shares its connections.
#[derive(Clone)]
pub(crate) struct Upstream {
    client: Client<HttpConnector, Full<Bytes>>,
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
        let (true, Some(authority), None) =
            (uri.scheme() == Some(&Scheme::HTTP), uri.authority(), uri.query())
        else {
            return Err(PlaceError::Url);
        };
        if authority.as_str().contains('@') {
            return Err(PlaceError::Url);
        }
        if !is_this_machine(authority.host()) {
            return Err(PlaceError::Clear);
        }
        let whole = format!("http://{authority}{}{PATH}", uri.path().trim_end_matches('/'));
        Ok(Self { name, uri: whole.parse().map_err(|_| PlaceError::Url)? })
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
    /// A client that shows `key`, an `authorization` header, with each request.
    pub(crate) fn new(place: Place, key: Option<HeaderValue>) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let client = Client::builder(TokioExecutor::new()).build(connector);
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
    fn an_upstream_has_a_name_and_a_place_on_this_machine() {
        let place: Place = "eu-1=http://127.0.0.1:8001/openai/".parse().unwrap();
        assert_eq!((place.name.as_str(), place.uri.path()), ("eu-1", "/openai/v1/chat/completions"));
        assert_eq!(place.key_variable(), "GATEWAY_KEY_EU_1");
        for fine in ["a=http://localhost:1", "a=http://[::1]:8080", "a=http://127.9.9.9"] {
            assert!(fine.parse::<Place>().is_ok(), "{fine}");
        }
    }

    #[test]
    fn asvs_v12_3_1_downgrade_no_key_leaves_this_machine_in_the_clear() {
        for far in ["a=http://example.org", "a=http://10.0.0.1:80", "a=http://127.0.0.1.example.org"] {
            assert_eq!(far.parse::<Place>(), Err(PlaceError::Clear), "{far}");
        }
    }

    #[test]
    fn confusion_a_url_holds_nothing_but_a_place() {
        for (text, why) in [
            ("http://127.0.0.1:1", PlaceError::Shape),
            ("a b=http://127.0.0.1:1", PlaceError::Name),
            ("=http://127.0.0.1:1", PlaceError::Name),
            ("a=https://127.0.0.1:1", PlaceError::Url),
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
