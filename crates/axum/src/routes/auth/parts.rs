//! What the handlers share.

use crate::{Client, Rejection, RequestName};
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::convert::Infallible;
use stockade_flows::{Call, FlowError, Reply};

pub(super) type Answer<T> = Result<T, Rejection>;

/// Where a request comes from, as the layers found it.
pub(in crate::routes) struct CallFrom(pub(in crate::routes) Call);

impl<S: Send + Sync> FromRequestParts<S> for CallFrom {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let Client(client) = Client::from_request_parts(parts, state).await?;
        let RequestName(request_id) = RequestName::from_request_parts(parts, state).await?;
        Ok(Self(Call::new(client, request_id)))
    }
}

/// What a flow granted, or its refusal or failure as an answer.
pub(in crate::routes) fn granted<T>(outcome: Result<Reply<T>, FlowError>) -> Result<T, Rejection> {
    Ok(outcome.map_err(|error| Rejection::of(&error))?.into_result()?)
}
