//! Where the service is.

use super::WrapError;
use std::net::IpAddr;
use ureq::http::Uri;
use ureq::http::uri::Authority;

/// The scheme, host and port of a service: nothing else fits in.
#[derive(Debug, Clone)]
pub(super) struct Address {
    scheme: &'static str,
    authority: Authority,
}

impl Address {
    pub(super) fn tls(base: &str) -> Result<Self, WrapError> {
        Self::of("https", base).ok_or(WrapError::Address("`https://host:port` is required"))
    }

    pub(super) fn plain(base: &str) -> Result<Self, WrapError> {
        Self::of("http", base).ok_or(WrapError::Address("`http://host:port` is required"))
    }

    pub(super) fn loopback(base: &str) -> Result<Self, WrapError> {
        let address = Self::plain(base)?;
        let host = address.authority.host();
        let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        if host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback()) {
            Ok(address)
        } else {
            Err(WrapError::Address("without TLS only `localhost`, `127.0.0.1` and `[::1]` are spoken to"))
        }
    }

    fn of(scheme: &'static str, base: &str) -> Option<Self> {
        let parts = base.parse::<Uri>().ok()?.into_parts();
        let bare = parts.path_and_query.is_none_or(|path| path.as_str() == "/");
        let authority = parts.authority.filter(|authority| !authority.as_str().contains('@'))?;
        let right = parts.scheme.is_some_and(|found| found.as_str() == scheme);
        (bare && right && !authority.host().is_empty()).then_some(Self { scheme, authority })
    }

    /// The URL of one call. Neither part can leave its place in the path.
    pub(super) fn url(&self, verb: &str, key: &str) -> String {
        format!("{}://{}/v1/transit/{verb}/{key}", self.scheme, self.authority)
    }
}
