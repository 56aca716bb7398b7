use super::blame::wrong_shape;
use super::named::Named;
use crate::Rejection;
use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use http_body_util::LengthLimitError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use stockade_core::{Problem, ProblemKind};

/// A JSON body of at most 64 KiB; as a response, one that is not cached. For another bound see [`JsonUpTo`].
///
/// 1. Not exactly one `content-type` of `application/json` or `application/…+json`: 415.
/// 2. More than the bound, announced or sent: 413. Reading stops at the bound; nothing is parsed.
/// 3. No JSON, or nested deeper than 128 levels: 400 `malformed_json`.
/// 4. JSON of another shape: 400 `invalid_input`, with the name of the field. A field that stands twice is refused, and so is
///    an array in the place of an object, which serde alone takes for a struct; put `#[serde(deny_unknown_fields)]` on the
///    type so that unknown fields are too (ASVS 15.3.3).
///
/// No answer repeats the input. Axum's own `DefaultBodyLimit` does not apply; a limit by layer, such as tower-http's, does.
///
/// ```
/// use stockade_axum::Json;
/// #[derive(serde::Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct Rename { name: String }
///
/// async fn rename(Json(rename): Json<Rename>) -> String {
///     rename.name
/// }
/// # let _ = rename;
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

/// The most bytes that [`Json`] reads.
const DEFAULT_MAX: usize = 64 * 1024;

/// A JSON body of at most `MAX` bytes, under the rules of [`Json`].
///
/// ```
/// use stockade_axum::JsonUpTo;
/// async fn shout(JsonUpTo(text): JsonUpTo<String, 100>) -> String {
///     text.to_uppercase()
/// }
/// # let _ = shout;
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct JsonUpTo<T, const MAX: usize>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Rejection> {
        let JsonUpTo(value) = JsonUpTo::<T, DEFAULT_MAX>::from_request(request, state).await?;
        Ok(Self(value))
    }
}

impl<T: DeserializeOwned, S: Send + Sync, const MAX: usize> FromRequest<S> for JsonUpTo<T, MAX> {
    type Rejection = Rejection;

    async fn from_request(request: Request, _: &S) -> Result<Self, Rejection> {
        let (parts, body) = request.into_parts();
        let read = async {
            demand_json(&parts.headers)?;
            parse(&read(body, MAX).await?)
        };
        read.await.map(Self).map_err(|problem| Rejection::new(problem).in_request(&parts.extensions))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        match serde_json::to_vec(&self.0) {
            Ok(body) => (headers, body).into_response(),
            Err(error) => {
                tracing::error!(%error, "a response could not be written as JSON");
                Rejection::new(Problem::internal()).into_response()
            }
        }
    }
}

fn demand_json(headers: &HeaderMap) -> Result<(), Problem> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    match (types.next().and_then(|only| only.to_str().ok()), types.next()) {
        (Some(only), None) if is_json(only) => Ok(()),
        _ => Err(Problem::new(
            ProblemKind::UnsupportedMedia,
            "unsupported_media_type",
            "send the content type application/json",
        )),
    }
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let subtype = essence.strip_prefix("application/");
    subtype.is_some_and(|subtype| subtype == "json" || (subtype.ends_with("+json") && subtype.len() > 5))
}

async fn read(body: Body, max: usize) -> Result<Bytes, Problem> {
    let too_large =
        || Problem::new(ProblemKind::TooLarge, "body_too_large", "the request's body is too large");
    // What `content-length` announces is refused before any of it has come.
    if body.size_hint().lower() > max as u64 {
        return Err(too_large());
    }
    axum::body::to_bytes(body, max).await.map_err(|error| {
        if std::error::Error::source(&error).is_some_and(|source| source.is::<LengthLimitError>()) {
            too_large()
        } else {
            Problem::new(ProblemKind::InvalidInput, "body_unreadable", "the request's body broke off")
        }
    })
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let malformed =
        || Problem::new(ProblemKind::InvalidInput, "malformed_json", "the request's body is not valid JSON");
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(Named(&mut deserializer))
        .map_err(|error| if error.inner().is_data() { wrong_shape(&error) } else { malformed() })?;
    deserializer.end().map_err(|_| malformed())?;
    Ok(value)
}
