//! An inner service that remembers whether and with what it was called.

use bytes::Bytes;
use http::{Request, Response, request};
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tower_service::Service;

/// Answers every request with 200 or the given status, and keeps the heads of the requests.
#[derive(Debug, Clone)]
pub(crate) struct Counting {
    status: u16,
    heads: Arc<Mutex<Vec<request::Parts>>>,
}

impl Default for Counting {
    fn default() -> Self {
        Self::answering(200)
    }
}

impl Counting {
    pub(crate) fn answering(status: u16) -> Self {
        Self { status, heads: Arc::default() }
    }

    pub(crate) fn calls(&self) -> usize {
        self.heads.lock().unwrap().len()
    }

    pub(crate) fn last<T>(&self, look: impl FnOnce(&request::Parts) -> T) -> T {
        look(self.heads.lock().unwrap().last().expect("a request came through"))
    }
}

impl<B> Service<Request<B>> for Counting {
    type Response = Response<Bytes>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.heads.lock().unwrap().push(request.into_parts().0);
        ready(Ok(Response::builder().status(self.status).body(Bytes::new()).unwrap()))
    }
}

pub(crate) fn get(uri: &str) -> Request<()> {
    Request::get(uri).body(()).unwrap()
}

pub(crate) fn body_json(response: &Response<Bytes>) -> serde_json::Value {
    serde_json::from_slice(response.body()).unwrap()
}
