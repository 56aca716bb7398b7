use super::Gate;
use tower_layer::Layer;

/// Puts a [`Guard`](crate::Guard) in front of a service, with a way to word refusals.
#[derive(Debug, Clone, Copy)]
pub struct GateLayer<G, R> {
    guard: G,
    reject: R,
}

impl<G, R> GateLayer<G, R> {
    /// A layer that decides like `guard` and refuses like `reject`.
    pub fn new(guard: G, reject: R) -> Self {
        Self { guard, reject }
    }
}

impl<S, G: Clone, R: Clone> Layer<S> for GateLayer<G, R> {
    type Service = Gate<S, G, R>;

    fn layer(&self, inner: S) -> Self::Service {
        Gate::new(inner, self.guard.clone(), self.reject.clone())
    }
}
