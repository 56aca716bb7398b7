//! A whole service, hardened in one call.

use crate::Rejection;
use axum::Router;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use stockade_core::{Problem, ProblemKind};
use stockade_tower::Wall;
use tower_http::set_header::SetResponseHeaderLayer;

/// Puts `router` behind `wall`, with everything around it that a service should not be without:
///
/// - unknown paths are 404 and unknown methods 405, in the envelope, and behind the wall like everything else: scanning for
///   paths is limited and recorded;
/// - every response has `x-content-type-options: nosniff` (ASVS 3.4.4), and `cache-control: no-store` (ASVS 14.3.2) unless a
///   handler says otherwise.
///
/// Call it last: routes added afterwards are not covered. For the peer's address make the service with connect info and tell the wall
/// where to find it:
///
/// ```no_run
/// use std::net::SocketAddr;
/// use stockade_axum::{harden, peer_address};
/// use stockade_tower::Wall;
/// # async fn run(router: axum::Router, mut wall: Wall, listener: tokio::net::TcpListener) -> std::io::Result<()> {
/// wall.client_info = wall.client_info.peer_from(peer_address);
/// let service = harden(router, wall).into_make_service_with_connect_info::<SocketAddr>();
/// axum::serve(listener, service).await
/// # }
/// ```
pub fn harden<S: Clone + Send + Sync + 'static>(router: Router<S>, wall: Wall) -> Router<S> {
    harden_beside(router, wall, Router::new())
}

/// Like [`harden`], with routes `beside` the wall: they get the headers and the envelope, but are neither limited nor recorded
/// nor authenticated. For what a load balancer asks every second, such as a health route.
pub fn harden_beside<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    wall: Wall,
    beside: Router<S>,
) -> Router<S> {
    // One stack of layers, not three: axum boxes a request's way through each.
    let headers = (
        SetResponseHeaderLayer::overriding(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")),
    );
    router
        .fallback(async || Rejection::new(Problem::not_found()))
        .method_not_allowed_fallback(async || Rejection::new(method_not_allowed()))
        .layer((headers.clone(), wall))
        .merge(
            beside.method_not_allowed_fallback(async || Rejection::new(method_not_allowed())).layer(headers),
        )
}

fn method_not_allowed() -> Problem {
    Problem::new(ProblemKind::MethodNotAllowed, "method_not_allowed", "this cannot be done here")
}

#[cfg(test)]
mod tests;
