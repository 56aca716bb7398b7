//! `POST /v1/chat/completions`: a request, whoever of the upstreams answers it.

use crate::access::ChatCreate;
use crate::app::Gateway;
use crate::ask::Ask;
use crate::events::{Events, announce};
use crate::upstream::AnsweredBy;
use crate::verdict::Form;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use axum::http::{Response, StatusCode};
use axum::routing::post;
use hyper::body::Incoming;
use std::time::Duration;
use stockade::axum::{Rejection, Require};
use stockade::core::{Clock, Problem};
use stockade::provider_health::retry_after;
use stockade::tower::FailoverBody;
use tower_service::Service;

pub(crate) fn routes() -> Router<Gateway> {
    Router::new().route("/v1/chat/completions", post(complete))
}

/// Who answered, for whoever looks for the cause of a strange answer.
const X_PROVIDER: HeaderName = HeaderName::from_static("x-provider");

/// The longest that a client is told to wait on an upstream's word.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

async fn complete(
    _: Require<ChatCreate>,
    State(gateway): State<Gateway>,
    request: Request,
) -> Result<Response<Body>, Rejection> {
    let ask = Ask::read(request).await?;
    let mut forwarder = gateway.forwarder.clone();
    let answer = forwarder.call(ask.into_request()).await.map_err(|error| Rejection::of(&error))?;
    give_on(answer, &*gateway.clock)
}

/// Gives an answer on without any of its headers but the type. What is not for the client, such as that our key is refused, is
/// not: it becomes an envelope that says no more than "later".
fn give_on(answer: Response<FailoverBody<Incoming>>, clock: &dyn Clock) -> Result<Response<Body>, Rejection> {
    let (head, body) = answer.into_parts();
    let form = Form::of(&head.headers);
    let named = head.extensions.get::<AnsweredBy>();
    let mut response = match (head.status, form) {
        (status, Form::Events) if status.is_success() => {
            let provider = named.map(|AnsweredBy(name)| name.to_string()).unwrap_or_default();
            let mut response = Response::new(Body::new(Events::new(body, provider)));
            announce(response.headers_mut());
            response
        }
        (status, Form::Json) if status.is_success() || is_the_clients(status) => {
            let mut response = Response::new(Body::new(body));
            *response.status_mut() = status;
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        (status, _) => {
            tracing::warn!(%status, provider = named.map(|by| by.0.as_str()), "the last answer is not for clients");
            let wait = head.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let wait =
                wait.and_then(|text| retry_after(text, clock.now())).map(|wait| wait.min(LONGEST_WAIT));
            let problem = Problem::unavailable();
            return Err(wait.map_or(problem.clone(), |wait| problem.with_retry_after(wait)).into());
        }
    };
    if let Some(name) = named.and_then(|by| HeaderValue::try_from(by.0.as_str()).ok()) {
        response.headers_mut().insert(X_PROVIDER, name);
    }
    Ok(response)
}

/// The model's own word on a request that it cannot serve: too many tokens, no such model.
fn is_the_clients(status: StatusCode) -> bool {
    [
        StatusCode::BAD_REQUEST,
        StatusCode::NOT_FOUND,
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::UNPROCESSABLE_ENTITY,
    ]
    .contains(&status)
}
