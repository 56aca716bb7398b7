use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

/// `GET /.well-known/jwks.json`: the public keys by which others verify our tokens.
///
/// `document` gives the JSON text of the key set, asked anew for each request so that a rotation shows. Others may keep the
/// answer for five minutes; publish a new key that long before signing with it. It must hold public keys only: whatever it
/// gives is public.
///
/// ```
/// use stockade_axum::jwks_router;
/// let router: axum::Router = jwks_router(|| r#"{"keys":[]}"#.into());
/// # let _ = router;
/// ```
pub fn jwks_router<S>(document: impl Fn() -> Bytes + Clone + Send + Sync + 'static) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=300")];
    Router::new().route("/.well-known/jwks.json", get(async move || (headers, document())))
}
