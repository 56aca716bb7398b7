use super::Health;
use stockade_provider_health::Provider;
use tower_layer::Layer;

/// Asks an upstream only while it is well, and tells its [`Provider`] how each call went.
///
/// The state is read before the inner service is asked whether it is ready, so that a dead upstream whose connections are all
/// waiting does not make its callers wait too. A call that is refused is a [`HealthError`](super::HealthError); it costs no
/// allocation and no lock while the circuit is shut or open.
///
/// ```
/// use std::{convert::Infallible, sync::Arc};
/// use stockade_core::{SystemClock, SystemEntropy};
/// use stockade_provider_health::{Config, Outcome, Provider, ProviderName};
/// use stockade_tower::{HealthError, HealthLayer};
/// use tower::{Layer, ServiceExt, service_fn};
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let name = ProviderName::new("ledger").unwrap();
/// let provider = Provider::new(name, Config::default(), Arc::new(SystemClock::new()), &SystemEntropy).unwrap();
/// let upstream = service_fn(async |number: u8| Ok::<u8, Infallible>(number));
/// let judge = |_: Result<&u8, &Infallible>| Outcome::Ok;
/// let service = HealthLayer::new(provider.clone(), judge).layer(upstream);
/// assert_eq!(service.clone().oneshot(7).await.unwrap(), 7);
///
/// provider.mark_unhealthy();
/// assert!(matches!(service.oneshot(7).await, Err(HealthError::Refused(_))));
/// # });
/// ```
#[derive(Debug, Clone)]
pub struct HealthLayer<C> {
    provider: Provider,
    classify: C,
}

impl<C> HealthLayer<C> {
    /// The health of `provider`, by what `classify` says of its answers. Give each upstream a provider of its own.
    pub fn new(provider: Provider, classify: C) -> Self {
        Self { provider, classify }
    }
}

impl<S, C: Clone> Layer<S> for HealthLayer<C> {
    type Service = Health<S, C>;

    fn layer(&self, inner: S) -> Self::Service {
        Health::new(inner, self.provider.clone(), self.classify.clone())
    }
}
