//! All layers in the one order that makes sense.

use crate::{
    AuditLayer, AuditSink, AuthenticateLayer, ClientInfoLayer, EnvelopeLayer, Enveloped, Gate, OnAuditFull,
    RateLimitLayer, RequestIdLayer,
};
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::Authenticate;
use stockade_core::{SystemClock, SystemEntropy};
use stockade_ratelimit::{LocalLimiter, MemoryLimiter, Quota};
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

impl Wall {
    /// What one client may ask of a [`standard`](Self::standard) wall: 6000 requests a minute, all of which may come at once. Far
    /// above what a person or a page needs, far below what a flood is.
    pub const STANDARD_QUOTA: Quota = Quota::literal(6_000, Duration::from_secs(60));

    /// A wall with settings that suit most services: ids of requests are kept where they are well formed, no proxy is trusted,
    /// clients have the [`STANDARD_QUOTA`](Self::STANDARD_QUOTA) in this process's memory, no audit means no action, and a
    /// request without a token goes on as nobody's. The fields are open: put another layer in the place of one that does not
    /// suit.
    #[must_use]
    pub fn standard(authenticate: Arc<dyn Authenticate>, audit: Arc<dyn AuditSink>) -> Self {
        let (clock, entropy) = (Arc::new(SystemClock::new()), Arc::new(SystemEntropy));
        let limiter = LocalLimiter::new(Arc::new(MemoryLimiter::default()), clock.clone());
        Self {
            request_id: RequestIdLayer::new(clock.clone(), entropy.clone()),
            client_info: ClientInfoLayer::direct(),
            rate_limit: RateLimitLayer::per_client(limiter, "http.ip", Self::STANDARD_QUOTA),
            audit: AuditLayer::new(audit, OnAuditFull::Refuse, clock, entropy),
            authenticate: AuthenticateLayer::new(authenticate),
        }
    }
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
