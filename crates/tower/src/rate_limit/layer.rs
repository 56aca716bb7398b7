use crate::{Envelope, Gate};
use http::request;
use std::fmt;
use std::sync::Arc;
use stockade_core::ClientInfo;
use stockade_ratelimit::{Key, Limiter, LocalLimiter, Quota};
use tower_layer::Layer;

/// Charges every request to a key and refuses it with 429 and `retry-after` where the key's quota is spent.
///
/// A refusal costs no more than the decision: nothing inside runs. It names neither the limit nor its size.
///
/// ```
/// use std::{sync::Arc, time::Duration};
/// use stockade_core::SystemClock;
/// use stockade_ratelimit::{LocalLimiter, MemoryLimiter, Quota};
/// use stockade_tower::RateLimitLayer;
/// let limiter = LocalLimiter::new(Arc::new(MemoryLimiter::default()), Arc::new(SystemClock::new()));
/// let layer = RateLimitLayer::per_client(limiter, "http.ip", Quota::literal(600, Duration::from_secs(60)));
/// # let _ = layer;
/// ```
#[derive(Clone)]
pub struct RateLimitLayer {
    pub(super) limits: Limits,
    pub(super) quota: Quota,
    pub(super) key: KeyOf,
    pub(super) on_error: OnLimiterError,
}

pub(super) type KeyOf = Arc<dyn Fn(&request::Parts) -> Option<Key> + Send + Sync>;

/// Where the budgets are kept.
#[derive(Clone)]
pub enum Limits {
    /// In this process: decided at once, without an allocation for waiting.
    Local(LocalLimiter),
    /// In a store that may have to be asked, and may be down.
    Store(Arc<dyn Limiter>),
}

/// What becomes of a request when the limiter cannot decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnLimiterError {
    /// It is refused with 503 (ASVS 16.5.3): while the store is down nobody can guess unlimited, and nobody is served.
    #[default]
    Refuse,
    /// It is served, and an error is logged: while the store is down there is no limit.
    Allow,
}

impl RateLimitLayer {
    /// Counts by the client's address, an IPv6 client by its /64, in the scope of this name. Two layers over one limiter need
    /// two names.
    ///
    /// The address is that of [`ClientInfo`] in the request's extensions. Requests without a known address share one budget: a
    /// service whose `ClientInfoLayer` is missing is limited as a whole rather than not at all.
    pub fn per_client(limits: impl Into<Limits>, scope: &'static str, quota: Quota) -> Self {
        Self::keyed_by(limits, quota, move |request| Some(client_key(scope, request)))
    }

    /// Counts by a key of the application's choice, such as the tenant. A request for which it gives none is not counted.
    pub fn keyed_by(
        limits: impl Into<Limits>,
        quota: Quota,
        key: impl Fn(&request::Parts) -> Option<Key> + Send + Sync + 'static,
    ) -> Self {
        Self { limits: limits.into(), quota, key: Arc::new(key), on_error: OnLimiterError::default() }
    }

    /// Says what becomes of a request when the limiter cannot decide.
    #[must_use]
    pub fn on_error(mut self, policy: OnLimiterError) -> Self {
        self.on_error = policy;
        self
    }
}

fn client_key(scope: &'static str, request: &request::Parts) -> Key {
    match request.extensions.get::<ClientInfo>().and_then(|client| client.ip) {
        Some(ip) => Key::ip(scope, ip),
        None => Key::text(scope, "unknown"),
    }
}

impl<S> Layer<S> for RateLimitLayer {
    type Service = Gate<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        Gate::new(inner, self.clone(), Envelope)
    }
}

impl fmt::Debug for RateLimitLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimitLayer")
            .field("limits", &self.limits)
            .field("quota", &self.quota)
            .field("on_error", &self.on_error)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(limiter) => f.debug_tuple("Local").field(limiter).finish(),
            Self::Store(_) => f.write_str("Store"),
        }
    }
}

impl From<LocalLimiter> for Limits {
    fn from(limiter: LocalLimiter) -> Self {
        Self::Local(limiter)
    }
}

impl From<Arc<dyn Limiter>> for Limits {
    fn from(limiter: Arc<dyn Limiter>) -> Self {
        Self::Store(limiter)
    }
}
