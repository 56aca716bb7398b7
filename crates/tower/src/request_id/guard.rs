use super::{Inbound, RequestIdLayer, X_REQUEST_ID};
use crate::{Guard, Judgement, Refusal};
use http::{HeaderMap, HeaderValue, request, response};
use std::future::Ready;
use stockade_core::{Problem, RequestId};

impl Guard for RequestIdLayer {
    type Pass = RequestId;
    type Memo = Option<HeaderValue>;
    type Pending = Ready<Result<RequestId, Refusal>>;

    fn judge(&self, request: &mut request::Parts) -> Judgement<RequestId, Self::Pending> {
        let sent = match self.inbound {
            Inbound::Keep => only_valid(&request.headers),
            Inbound::Replace => None,
        };
        match sent.map_or_else(|| RequestId::generate(self.clock.now(), &self.entropy), Ok) {
            Ok(id) => Judgement::Admit(id),
            Err(error) => Judgement::Refuse(Refusal::new(Problem::from(error), "no_randomness")),
        }
    }

    fn admit(&self, id: RequestId, request: &mut request::Parts) -> Option<HeaderValue> {
        let value = HeaderValue::from_str(id.as_str()).ok();
        if let Some(value) = &value {
            request.headers.insert(X_REQUEST_ID, value.clone());
        }
        request.extensions.insert(id);
        value
    }

    fn respond(value: Option<HeaderValue>, response: &mut response::Parts) {
        if let Some(value) = value {
            response.headers.insert(X_REQUEST_ID, value);
        }
    }
}

fn only_valid(headers: &HeaderMap) -> Option<RequestId> {
    let mut sent = headers.get_all(X_REQUEST_ID).iter();
    let only = sent.next().filter(|_| sent.next().is_none())?;
    only.to_str().ok()?.parse().ok()
}
