use super::{AuditLayer, OnAuditFull, OpenRecord};
use crate::{Guard, Judgement, Refusal};
use http::{request, response};
use std::future::Ready;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use stockade_core::Problem;

impl Guard for AuditLayer {
    type Pass = Option<OpenRecord>;
    type Memo = Option<OpenRecord>;
    type Pending = Ready<Result<Option<OpenRecord>, Refusal>>;

    fn judge(&self, request: &mut request::Parts) -> Judgement<Option<OpenRecord>, Self::Pending> {
        let place = self.sink.reserve();
        if let Err(error) = &place {
            self.unrecorded.fetch_add(1, Ordering::Relaxed);
            if self.on_full == OnAuditFull::Refuse {
                tracing::warn!(%error, "a request is refused: its audit event would have no room");
                return refuse();
            }
        }
        match OpenRecord::open(request, place.ok(), Arc::clone(&self.clock), &self.entropy) {
            Ok(record) => Judgement::Admit(Some(record)),
            Err(_) if self.on_full == OnAuditFull::Refuse => refuse(),
            Err(error) => {
                self.unrecorded.fetch_add(1, Ordering::Relaxed);
                tracing::error!(%error, "a request is served without an audit event");
                Judgement::Admit(None)
            }
        }
    }

    fn admit(&self, record: Option<OpenRecord>, request: &mut request::Parts) -> Option<OpenRecord> {
        if let Some(record) = &record {
            request.extensions.insert(record.notes().clone());
        }
        record
    }

    fn respond(record: Option<OpenRecord>, response: &mut response::Parts) {
        if let Some(record) = record {
            record.close(response.status);
        }
    }
}

fn refuse<P, F>() -> Judgement<P, F> {
    Judgement::Refuse(Refusal::new(Problem::unavailable(), "audit_unavailable"))
}
