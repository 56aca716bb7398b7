//! The keys, as administrators see them: which there are, a new one, and how far everything is moved under it.

use crate::access::{KEYS_READ, KEYS_ROTATE, KeysRead, KeysRotate, Visit};
use crate::clinic::Clinic;
use crate::reseal::Standing;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use stockade::axum::{Json, Rejection};
use stockade::core::Resource;
use stockade_crypto_at_rest::ring::{KeyId, KeyInfo};

#[derive(Serialize)]
pub(crate) struct Shown {
    active: KeyId,
    keys: Vec<KeyInfo>,
    reseal: Standing,
}

/// `GET /v1/admin/keys`
pub(crate) async fn show(
    visit: Visit<KeysRead>,
    State(clinic): State<Clinic>,
) -> Result<Json<Shown>, Rejection> {
    let on = Resource::new("tenant", &clinic.tenant);
    clinic.record(visit.event(&clinic, KEYS_READ, on)?).await?;
    Ok(Json(Shown::of(&clinic)))
}

/// `POST /v1/admin/keys/rotate`: 202 with the new key, under which all that is written from now on is sealed. What is there
/// already follows in the background.
pub(crate) async fn rotate(
    visit: Visit<KeysRotate>,
    State(clinic): State<Clinic>,
) -> Result<(StatusCode, Json<Shown>), Rejection> {
    let rotation = clinic.keystore.draw().await?;
    let event = visit.event(&clinic, KEYS_ROTATE, Resource::new("key", rotation.key()))?;
    // A crash between the two leaves a record too many, never a key that nobody knows of.
    clinic.record(event.clone()).await?;
    if let Err(error) = rotation.save().await {
        clinic.record_failure(event, "not_saved").await;
        return Err(Rejection::of(&error));
    }
    clinic.resealer.begin();
    Ok((StatusCode::ACCEPTED, Json(Shown::of(&clinic))))
}

impl Shown {
    fn of(clinic: &Clinic) -> Self {
        let ring = clinic.vault.keys().current();
        Self { active: ring.active().id(), keys: ring.keys().collect(), reseal: clinic.resealer.standing() }
    }
}
