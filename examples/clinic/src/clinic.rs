//! What all handlers share, and the rule that they share: no audit, no access.

use crate::chat::Assistant;
use crate::gallery::Gallery;
use crate::ids::ImageId;
use crate::keystore::Keystore;
use crate::reseal::Resealer;
use crate::store::{Change, Store};
use crate::vault::Vault;
use crate::writes::Writes;
use axum::extract::FromRef;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use stockade::audit::AuditLog;
use stockade::axum::Rejection;
use stockade::core::{Clock, Entropy, Event, Outcome, Problem, ProblemKind, Recorder, TenantId};
use stockade::flows::EraseFlow;
use stockade::rbac::Policy;
use stockade::secure_delete::erase::{CryptoErasure, EraseError, ObjectKey};
use stockade::sqlite::Sqlite;

/// The clinic. A clone is another handle.
#[derive(Clone)]
pub(crate) struct Clinic {
    pub(crate) tenant: TenantId,
    pub(crate) policy: Arc<Policy>,
    pub(crate) accounts: Arc<Sqlite>,
    pub(crate) log: AuditLog,
    pub(crate) store: Store,
    pub(crate) vault: Vault,
    pub(crate) gallery: Gallery,
    pub(crate) erasure: CryptoErasure,
    pub(crate) eraser: EraseFlow,
    pub(crate) keep_images_for: Option<Duration>,
    pub(crate) keystore: Keystore,
    pub(crate) resealer: Resealer,
    pub(crate) writes: Writes,
    pub(crate) assistant: Assistant,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl FromRef<Clinic> for Arc<Policy> {
    fn from_ref(clinic: &Clinic) -> Self {
        clinic.policy.clone()
    }
}

impl Clinic {
    /// Puts `event` on the disk. What was read leaves the house only after this.
    pub(crate) async fn record(&self, event: Event) -> Result<(), Rejection> {
        self.log.record(event).await.map_err(|error| Rejection::of(&error))
    }

    /// As [`record`](Self::record), for several accesses in one request: one flush, all or none.
    pub(crate) async fn record_all(&self, events: Vec<Event>) -> Result<(), Rejection> {
        self.log.store().append(events).await.map(drop).map_err(|error| Rejection::of(&error))
    }

    /// Makes `change` last, after `event` has been recorded: a crash between the two leaves a record too many, never one too
    /// few. A change that is not recorded is undone.
    pub(crate) async fn keep(&self, change: Change, event: Event) -> Result<(), Rejection> {
        self.record(event.clone()).await?;
        let Err(error) = change.commit().await else { return Ok(()) };
        self.record_failure(event, "not_committed").await;
        Err(Rejection::of(&error))
    }

    /// The key of an image: without it nothing opens its file, the key ring included.
    pub(crate) async fn image_key(&self, id: ImageId) -> Result<ObjectKey, EraseError> {
        self.erasure.key(&self.vault.object(id).map_err(|_| EraseError::Unknown)?).await
    }

    /// The visitor asked for what is not there, or not theirs: one answer for both (ASVS 8.2.2).
    pub(crate) async fn not_found(&self, mut event: Event) -> Rejection {
        event.outcome = Outcome::Failure;
        match self.record(event.because("not_found")).await {
            Ok(()) => Problem::not_found().into(),
            Err(rejection) => rejection,
        }
    }

    /// What lies on the disk is not what was put there: altered, moved, or its key is gone. The visitor learns that it cannot
    /// be read, the audit log which one, the process log what there is to know.
    pub(crate) async fn unreadable(&self, event: Event, error: &(dyn Error + Sync)) -> Rejection {
        let on = event.resource.as_ref().map(ToString::to_string);
        tracing::error!(on, error = chain(error), "sealed data does not open");
        self.record_failure(event, "does_not_open").await;
        Problem::new(
            ProblemKind::Internal,
            "unreadable",
            "this cannot be read any more; an operator has to look",
        )
        .into()
    }

    /// Records that what was recorded as done was not done after all, or could not be.
    pub(crate) async fn record_failure(&self, mut event: Event, reason: &'static str) {
        event.outcome = Outcome::Error;
        // The request fails either way, and the wall records that too.
        if let Err(rejection) = self.record(event.because(reason)).await {
            tracing::error!(reason, ?rejection, "a failure could not be recorded");
        }
    }
}

fn chain(error: &dyn Error) -> String {
    let sources = std::iter::successors(error.source(), |&error| error.source());
    sources.fold(error.to_string(), |chain, source| format!("{chain}: {source}"))
}
