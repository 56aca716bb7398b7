//! What is asked, as often as it may be.

use http::{Method, Request, request};
use stockade_provider_health::Repeat;

/// Makes a second body out of one, if that can be done.
pub(super) type Again<B> = dyn Fn(&B) -> Option<B> + Send + Sync;

/// The request, as often as it can be made.
pub(super) struct Source<B>(Option<(request::Parts, B)>);

impl<B> Source<B> {
    pub(super) fn new(request: Request<B>) -> Self {
        Self(Some(request.into_parts()))
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn take(&mut self, again: &Again<B>) -> Option<Request<B>> {
        let (head, body) = self.0.take()?;
        match again(&body) {
            Some(copy) => {
                let request = Request::from_parts(head.clone(), copy);
                self.0 = Some((head, body));
                Some(request)
            }
            None => Some(Request::from_parts(head, body)),
        }
    }
}

pub(super) fn repeat<B>(request: &Request<B>) -> Repeat {
    if let Some(repeat) = request.extensions().get::<Repeat>() {
        return *repeat;
    }
    let idempotent = [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE, Method::PUT, Method::DELETE];
    if idempotent.contains(request.method()) || request.headers().contains_key("idempotency-key") {
        Repeat::Idempotent
    } else {
        Repeat::Once
    }
}
