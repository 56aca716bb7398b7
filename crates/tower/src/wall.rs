//! All layers in the one order that makes sense.

use crate::{
    AuditLayer, AuthenticateLayer, ClientInfoLayer, EnvelopeLayer, Enveloped, Gate, RateLimitLayer,
    RequestIdLayer,
};
use tower_layer::Layer;

/// The layers of a protected service, stacked from the outside in as the fields stand here. The order is part of the type, so it cannot be
/// got wrong; why it is this one stands in the crate's documentation.
#[derive(Debug, Clone)]
pub struct Wall {
    /// Names the request, for everything further in.
    pub request_id: RequestIdLayer,
    /// Finds the client's address, by which limits count and which events carry.
    pub client_info: ClientInfoLayer,
    /// Turns floods away before they cost anything, room in the audit log included.
    pub rate_limit: RateLimitLayer,
    /// Records what happens from here on, refusals by authentication included.
    pub audit: AuditLayer,
    /// Learns who asks.
    pub authenticate: AuthenticateLayer,
}

type Inside<S> = Enveloped<Gate<S, AuthenticateLayer>>;
type Recorded<S> = Gate<Inside<S>, AuditLayer>;
type Limited<S> = Gate<Recorded<S>, RateLimitLayer>;

impl<S> Layer<S> for Wall {
    type Service = Gate<Gate<Limited<S>, ClientInfoLayer>, RequestIdLayer>;

    fn layer(&self, inner: S) -> Self::Service {
        let inside = EnvelopeLayer::new().layer(self.authenticate.layer(inner));
        let limited = self.rate_limit.layer(self.audit.layer(inside));
        self.request_id.layer(self.client_info.layer(limited))
    }
}

#[cfg(test)]
mod tests;
