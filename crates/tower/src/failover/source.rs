//! What is asked, as often as it may be.

use super::settings::Members;
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

    /// Nobody else can be asked.
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

/// RFC 9110 §9.2.2 calls a method idempotent where the same server is asked again. A stranger has not seen the first request, nor the
/// key under which another one has carried it out: there only what changes nothing at all (§9.2.1) is as good once as twice.
pub(super) fn repeat<B>(request: &Request<B>, members: Members) -> Repeat {
    if let Some(repeat) = request.extensions().get::<Repeat>() {
        return *repeat;
    }
    let safe = [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE].contains(request.method());
    let idempotent = || {
        [Method::PUT, Method::DELETE].contains(request.method())
            || request.headers().contains_key("idempotency-key")
    };
    if safe || (members == Members::Replicas && idempotent()) { Repeat::Idempotent } else { Repeat::Once }
}
