use axum::extract::{ConnectInfo, FromRequestParts};
use http::Extensions;
use http::request::Parts;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use stockade_core::{ClientInfo, RequestId};

/// The other end of the connection, as `ClientInfoLayer` found it; unknown without that layer.
#[derive(Debug, Clone)]
pub struct Client(pub ClientInfo);

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get().cloned().unwrap_or_default()))
    }
}

/// The request's name, as `RequestIdLayer` gave it; none without that layer.
#[derive(Debug, Clone)]
pub struct RequestName(pub Option<RequestId>);

impl<S: Send + Sync> FromRequestParts<S> for RequestName {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get().cloned()))
    }
}

/// The peer's address from axum's [`ConnectInfo`], for `ClientInfoLayer::peer_from`. The service must be made with
/// `into_make_service_with_connect_info::<SocketAddr>()`.
#[must_use]
pub fn peer_address(extensions: &Extensions) -> Option<IpAddr> {
    Some(extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip())
}
