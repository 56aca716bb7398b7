//! The event of a request that is being served.

use super::AuditPlace;
use crate::AuditNotes;
use http::{StatusCode, request};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{Action, ClientInfo, Clock, Entropy, EntropyError, Event, Outcome, RequestId, Resource};

/// An event that waits for its outcome. It is recorded in any case: if it is dropped first, as one that got no response.
#[derive(Debug)]
pub struct OpenRecord {
    event: Option<Event>,
    place: Option<AuditPlace>,
    notes: AuditNotes,
    clock: Arc<dyn Clock>,
    started: Duration,
}

/// More bytes of a path than an event keeps characters, so that a long path is not copied to be cut.
const MAX_PATH: usize = 4 * Resource::MAX_TEXT;

impl OpenRecord {
    pub(super) fn open(
        request: &request::Parts,
        place: Option<AuditPlace>,
        clock: Arc<dyn Clock>,
        entropy: &dyn Entropy,
    ) -> Result<Self, EntropyError> {
        let path = request.uri.path();
        let path = &path[..path.floor_char_boundary(MAX_PATH)];
        let event = Event::new(clock.now(), entropy, Action::HTTP_REQUEST, Outcome::Error)?
            .on(Resource::new("path", path))
            .from(request.extensions.get::<ClientInfo>().cloned().unwrap_or_default())
            .in_request(request.extensions.get::<RequestId>().cloned())
            .with("method", request.method.as_str());
        let started = clock.monotonic();
        Ok(Self { event: Some(event), place, notes: AuditNotes::new(), clock, started })
    }

    pub(super) fn notes(&self) -> &AuditNotes {
        &self.notes
    }

    pub(super) fn close(mut self, status: StatusCode) {
        self.finish(Some(status));
    }

    fn finish(&mut self, status: Option<StatusCode>) {
        let Some(mut event) = self.event.take() else { return };
        if let Some(principal) = self.notes.principal() {
            event = event.by_principal(principal);
        }
        let took = self.clock.monotonic().saturating_sub(self.started);
        event = event.with("duration_ms", u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        match status {
            Some(status) => {
                event.outcome = outcome(status);
                event.reason = self.notes.reason();
                event = event.with("status", u64::from(status.as_u16()));
            }
            None => event = event.because("no_response"),
        }
        match self.place.take() {
            Some(place) => place.record(event),
            None => leave_to_the_process_log(&event),
        }
    }
}

impl Drop for OpenRecord {
    fn drop(&mut self) {
        self.finish(None);
    }
}

fn outcome(status: StatusCode) -> Outcome {
    match status {
        StatusCode::FORBIDDEN | StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS => Outcome::Denied,
        _ if status.is_server_error() => Outcome::Error,
        _ if status.is_client_error() => Outcome::Failure,
        _ => Outcome::Success,
    }
}

fn leave_to_the_process_log(event: &Event) {
    let event = serde_json::to_string(event).unwrap_or_else(|_| event.id.to_string());
    tracing::error!(event, "a request was served without room in the audit log");
}
