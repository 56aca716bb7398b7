//! `POST /v1/chat/completions`: a request, whoever of the upstreams answers it.

use crate::access::ChatCreate;
use crate::app::Gateway;
use crate::ask::Ask;
use crate::events::{Events, announce};
use crate::filter::Asking;
use crate::relay::Relay;
use crate::upstream::AnsweredBy;
use crate::verdict::Form;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use axum::http::{Request, Response};
use axum::routing::post;
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use stockade::axum::{Client, Rejection, RequestName, Require};
use stockade::core::Problem;
use stockade::provider_health::{Outcome, Sender, retry_after};
use stockade::tower::FailoverBody;
use tower_layer::Layer;
use tower_service::Service;

pub(crate) fn routes() -> Router<Gateway> {
    Router::new().route("/v1/chat/completions", post(complete))
}

/// Who answered, for whoever looks for the cause of a strange answer.
const X_PROVIDER: HeaderName = HeaderName::from_static("x-provider");

/// The longest that a client is told to wait on an upstream's word.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

async fn complete(
    user: Require<ChatCreate>,
    Client(client): Client,
    RequestName(name): RequestName,
    State(gateway): State<Gateway>,
    request: Request<Body>,
) -> Result<Response<Body>, Rejection> {
    let ask = Ask::read(request).await?;
    let mut request = ask.into_request();
    request.extensions_mut().insert(sender(&user));
    let filter = gateway.filter.clone();
    let mut forwarding = Forwarding(gateway);
    let Some(filter) = filter else { return forwarding.call(request).await };
    let asking = Asking { by: user.into_principal(), client, request: name };
    let guarded = filter.layer_for(asking).layer(forwarding).call(request).await?;
    Ok(guarded.map(Body::new))
}

/// What the guard stands around: the upstreams, and what becomes of their answers.
#[derive(Clone)]
struct Forwarding(Gateway);

impl Service<Request<Full<Bytes>>> for Forwarding {
    type Response = Response<Body>;
    type Error = Rejection;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Rejection>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Rejection>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Full<Bytes>>) -> Self::Future {
        let Self(gateway) = self.clone();
        Box::pin(async move {
            let mut forwarder = gateway.forwarder.clone();
            match forwarder.call(request).await {
                Ok(answer) => give_on(answer, &gateway),
                Err(error) if error.retry_after().is_none() => match gateway.opens_in() {
                    Some(wait) => Err(Problem::from(&error).with_retry_after(wait).into()),
                    None => Err(Rejection::of(&error)),
                },
                Err(error) => Err(Rejection::of(&error)),
            }
        })
    }
}

/// Whose requests are one sender's, so that nobody shuts upstreams for others.
fn sender(user: &Require<ChatCreate>) -> Sender {
    let mut hasher = DefaultHasher::new();
    user.principal().subject().as_str().hash(&mut hasher);
    Sender(hasher.finish())
}

/// Gives an answer on without any of its headers but the type. What is not for the client, such as that our key is refused, is
/// not: it becomes an envelope that says no more than "later".
fn give_on(answer: Response<FailoverBody<Incoming>>, gateway: &Gateway) -> Result<Response<Body>, Rejection> {
    let (head, body) = answer.into_parts();
    let judged = head.extensions.get::<Outcome>().copied().unwrap_or(Outcome::Ok);
    let form = Form::of(&head.headers);
    let named = head.extensions.get::<AnsweredBy>();
    let mut response = match (judged, form) {
        (Outcome::Ok | Outcome::Slow, Form::Events) => {
            let provider = named.map(|AnsweredBy(name)| name.to_string()).unwrap_or_default();
            let events = Events::new(body.judged_by_reader(), provider);
            let mut response = Response::new(Body::new(Relay::new(events, gateway.patience)));
            announce(response.headers_mut());
            response
        }
        (Outcome::Ok | Outcome::Slow | Outcome::ClientFault, Form::Json) => {
            let body =
                if body.is_held() { Body::new(body) } else { Body::new(Relay::new(body, gateway.patience)) };
            let mut response = Response::new(body);
            *response.status_mut() = head.status;
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        _ => {
            tracing::warn!(status = %head.status, provider = named.map(|by| by.0.as_str()), "the last answer is not for clients");
            let wait = head.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let wait = wait
                .and_then(|text| retry_after(text, gateway.clock.now()))
                .map(|wait| wait.min(LONGEST_WAIT));
            let wait = wait.or_else(|| gateway.opens_in());
            let problem = Problem::unavailable();
            return Err(wait.map_or(problem.clone(), |wait| problem.with_retry_after(wait)).into());
        }
    };
    if let Some(name) = named.and_then(|by| HeaderValue::try_from(by.0.as_str()).ok()) {
        response.headers_mut().insert(X_PROVIDER, name);
    }
    Ok(response)
}
