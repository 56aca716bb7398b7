use super::page;
use crate::Json;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::CACHE_CONTROL;
use serde::Serialize;
use stockade_provider_health::{Pool, ProviderName, State, Stats};

/// How much a snapshot tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HealthDetail {
    /// Of each provider its name, its state, whether it is asked, and for how long it is not. The default.
    #[default]
    Public,
    /// Besides why, rates, percentiles and numbers of calls: what a competitor would like to know of a service's traffic.
    Full,
}

/// `GET /health/providers`: a snapshot of `pool`, and `GET /health/providers/live`: a page of it that reads itself anew
/// every two seconds.
///
/// The answer is `{"available":…,"providers":[{"name","state":{"phase","overlay"},"available","open_for_ms",…}]}`, in full form with
/// every field of [`Stats`]. It is 200 also while nobody is available: it reports, and does not judge this service's
/// readiness. Neither form has an address of an upstream or a text that one has sent; there is none to be had from a pool. Names are
/// those that you gave: choose them so that the world may know them, or put the routes behind a permission.
///
/// The page needs no script and no other resource, and its `content-security-policy` allows none. Nothing is cached.
pub fn health_router<S>(pool: Pool, detail: HealthDetail) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let live = pool.clone();
    Router::new()
        .route("/health/providers", get(async move || answer(&pool, detail)))
        .route("/health/providers/live", get(async move || page::answer(&live.all_stats(), detail)))
}

pub(super) fn answer(pool: &Pool, detail: HealthDetail) -> Response {
    let stats = pool.all_stats();
    let available = stats.iter().any(|provider| provider.status.available);
    let headers = [(CACHE_CONTROL, "no-store")];
    match detail {
        HealthDetail::Full => (headers, Json(Snapshot { available, providers: stats })).into_response(),
        HealthDetail::Public => {
            let providers: Vec<Public> = stats.into_iter().map(Public::from).collect();
            (headers, Json(Snapshot { available, providers })).into_response()
        }
    }
}

#[derive(Serialize)]
struct Snapshot<T> {
    available: bool,
    providers: Vec<T>,
}

#[derive(Serialize)]
struct Public {
    name: ProviderName,
    state: State,
    available: bool,
    open_for_ms: Option<u128>,
}

impl From<Stats> for Public {
    fn from(stats: Stats) -> Self {
        let status = stats.status;
        let open_for_ms = status.open_for.map(|span| span.as_millis());
        Self { name: stats.name, state: status.state, available: status.available, open_for_ms }
    }
}
