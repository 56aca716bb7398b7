use super::blame::wrong_shape;
use crate::Rejection;
use axum::extract::FromRequestParts;
use http::Uri;
use http::request::Parts;
use serde::de::DeserializeOwned;
use stockade_core::{Problem, ProblemKind};

/// The query string, at most 4 KiB of it. Anything that does not fit the type is refused with 400 `invalid_input` and the
/// parameter's name, one that stands twice included (ASVS 15.3.7); put `#[serde(deny_unknown_fields)]` on the type so that
/// unknown ones are too.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

/// More than any set of filters needs.
const MAX_QUERY: usize = 4 * 1024;

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        parse(&parts.uri).map(Self).map_err(|problem| Rejection::new(problem).in_request(&parts.extensions))
    }
}

fn parse<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    let query = uri.query().unwrap_or_default();
    if query.len() > MAX_QUERY {
        return Err(Problem::new(
            ProblemKind::InvalidInput,
            "query_too_long",
            "the query string is too long",
        ));
    }
    let pairs = form_urlencoded::parse(query.as_bytes());
    serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs))
        .map_err(|error| wrong_shape(&error))
}
