use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What others may do with the document: keep it for five minutes.
const CACHE: &str = "public, max-age=300";

/// `GET /.well-known/jwks.json`: the public keys by which others verify our tokens.
///
/// `document` gives the JSON text of the key set, asked anew for each request so that a rotation shows. Others may keep the
/// answer for five minutes; publish a new key that long before signing with it, as the `SigningKeys` of `stockade-authn` do. It must
/// hold public keys only: whatever it gives is public.
///
/// The answer has an `etag`, and whoever asks with it in `if-none-match` is told 304 while the document is the same. The tag is 64
/// bits of a hash of the text: it tells versions apart and proves nothing.
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
    Router::new()
        .route("/.well-known/jwks.json", get(async move |asked: HeaderMap| answer(document(), &asked)))
}

fn answer(document: Bytes, asked: &HeaderMap) -> Response {
    let tag = tag(&document);
    if knows(asked, &tag) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag.as_str()), (CACHE_CONTROL, CACHE)]).into_response();
    }
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, CACHE), (ETAG, &tag)];
    (headers, document).into_response()
}

fn tag(document: &Bytes) -> String {
    // Without a seed, so that all processes of a service agree.
    let mut hasher = DefaultHasher::new();
    document.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

/// RFC 9110 §13.1.2: a list of tags compared without regard to weakness, or `*`.
fn knows(asked: &HeaderMap, tag: &str) -> bool {
    let lists = asked.get_all(IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}
