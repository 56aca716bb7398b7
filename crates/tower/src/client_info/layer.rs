use super::{InvalidProxies, TrustedProxies};
use crate::{Envelope, Gate};
use http::Extensions;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tower_layer::Layer;

/// The address at the other end of the socket, put into a request's extensions by the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddr(pub SocketAddr);

/// Puts a [`ClientInfo`](stockade_core::ClientInfo) into the extensions of every request.
///
/// 1. The peer's address comes from the server: the [`PeerAddr`] extension, or what [`peer_from`](Self::peer_from) reads. Without
///    one the address is unknown, whatever the headers say.
/// 2. If the peer is no [trusted proxy](TrustedProxies) it is the client, and every proxy header is removed from the request:
///    `x-forwarded-*`, `x-real-ip`, `forwarded`.
/// 3. If it is one, all lines of `X-Forwarded-For` are read as one list from right to left. Trusted hops are passed over; the first
///    other one is the client. The walk ends at the last good hop where an entry is no address and after
///    [`max_hops`](TrustedProxies::max_hops) entries.
///
/// IPv4 addresses mapped into IPv6 are IPv4 addresses here, so that `::ffff:10.0.0.1` and `10.0.0.1` are one client. Ports are dropped.
/// The `Forwarded` header of RFC 7239 is not read: a service that took both could be shown two clients. Have the proxy
/// write `X-Forwarded-For`.
#[derive(Clone)]
pub struct ClientInfoLayer {
    pub(super) proxies: Arc<TrustedProxies>,
    pub(super) peer: fn(&Extensions) -> Option<IpAddr>,
}

impl ClientInfoLayer {
    /// A layer for a service that faces the network itself: nobody else is believed about the client.
    #[must_use]
    pub fn direct() -> Self {
        Self::believing(TrustedProxies::none())
    }

    /// A layer for a service behind `proxies`, which are believed about the client.
    ///
    /// # Errors
    /// The list is not usable; see [`TrustedProxies::validate`].
    pub fn behind(proxies: TrustedProxies) -> Result<Self, InvalidProxies> {
        proxies.validate()?;
        Ok(Self::believing(proxies))
    }

    fn believing(proxies: TrustedProxies) -> Self {
        Self { proxies: Arc::new(proxies), peer: |extensions| Some(extensions.get::<PeerAddr>()?.0.ip()) }
    }

    /// Reads the peer's address from another extension than [`PeerAddr`]. It must be one that the server sets.
    #[must_use]
    pub fn peer_from(mut self, peer: fn(&Extensions) -> Option<IpAddr>) -> Self {
        self.peer = peer;
        self
    }
}

impl fmt::Debug for ClientInfoLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientInfoLayer").field("proxies", &self.proxies).finish_non_exhaustive()
    }
}

impl<S> Layer<S> for ClientInfoLayer {
    type Service = Gate<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        Gate::new(inner, self.clone(), Envelope)
    }
}
