//! Images that go, and images that must not: the key is erased, the file shredded, and what that assures is said and recorded.

use crate::access::{ImageDelete, ImageHold, Visit};
use crate::clinic::Clinic;
use crate::gallery::Gallery;
use crate::ids::{ImageId, PatientId};
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use stockade::axum::{Json, Path, Rejection};
use stockade::core::{Action, Problem, ProblemKind, Resource};
use stockade::secure_delete::Level;
use stockade::secure_delete::erase::{
    Ciphertext, CiphertextFate, ErasureReceipt, Hold, HoldName, Holding, ObjectId, Releasing,
};

/// As events name an image of the key store.
pub(crate) fn resource(object: &ObjectId) -> Resource {
    Resource::new("image", image(object).unwrap_or(object.as_str()))
}

fn image(object: &ObjectId) -> Option<&str> {
    object.as_str().rsplit_once('/').map(|(_, image)| image)
}

#[async_trait::async_trait]
impl Ciphertext for Gallery {
    async fn delete(&self, object: &ObjectId) -> CiphertextFate {
        match image(object).and_then(|image| image.parse().ok()) {
            Some(image) => self.shred(image).await,
            None => CiphertextFate::left("not_an_image"),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct Deleted {
    id: ImageId,
    assurance: Level,
    /// What that does not say.
    caveat: String,
    receipt: ErasureReceipt,
}

/// `DELETE /v1/patients/{patient}/images/{image}`: 200 with what was assured, again and again; 409 while a hold stands.
pub(crate) async fn delete(
    visit: Visit<ImageDelete>,
    State(clinic): State<Clinic>,
    Path((patient, id)): Path<(PatientId, ImageId)>,
) -> Result<Json<Deleted>, Rejection> {
    let object = find(&visit, &clinic, patient, id, Action::ERASE).await?;
    let erased = clinic.eraser.erase(visit.principal(), &object, &visit.call()).await;
    let receipt = erased.map_err(|error| Rejection::of(&error))?.into_result()?;
    let (assurance, medium) = receipt.assured();
    Ok(Json(Deleted { id, assurance, caveat: medium.to_string(), receipt }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    reason: String,
}

/// `PUT /v1/patients/{patient}/images/{image}/holds/{hold}`: 204, also where a hold of this name stands already.
pub(crate) async fn hold(
    visit: Visit<ImageHold>,
    State(clinic): State<Clinic>,
    Path((patient, id, hold)): Path<(PatientId, ImageId, HoldName)>,
    Json(Reason { reason }): Json<Reason>,
) -> Result<StatusCode, Rejection> {
    let hold = Hold::new(hold, reason, clinic.clock.now())
        .map_err(|_| Problem::invalid_field("reason", "invalid", "one line of 1 to 256 bytes is needed"))?;
    let object = find(&visit, &clinic, patient, id, Action::HOLD).await?;
    let held = clinic.eraser.hold(visit.principal(), &object, hold, &visit.call()).await;
    match held.map_err(|error| Rejection::of(&error))? {
        Holding::Held | Holding::AlreadyHeld(_) => Ok(StatusCode::NO_CONTENT),
        Holding::Full => {
            Err(Problem::new(ProblemKind::Conflict, "too_many_holds", "there are too many holds on this")
                .into())
        }
        Holding::Erased(_) | Holding::Unknown => Err(Problem::not_found().into()),
    }
}

/// `DELETE /v1/patients/{patient}/images/{image}/holds/{hold}`: 204; 404 where no such hold stands.
pub(crate) async fn release(
    visit: Visit<ImageHold>,
    State(clinic): State<Clinic>,
    Path((patient, id, hold)): Path<(PatientId, ImageId, HoldName)>,
) -> Result<StatusCode, Rejection> {
    let object = find(&visit, &clinic, patient, id, Action::HOLD_RELEASE).await?;
    let released = clinic.eraser.release(visit.principal(), &object, &hold, &visit.call()).await;
    match released.map_err(|error| Rejection::of(&error))? {
        Releasing::Released { .. } => Ok(StatusCode::NO_CONTENT),
        Releasing::NotHeld => Err(Problem::not_found().into()),
    }
}

/// What the key store calls the image, if the patient has or had it.
async fn find<P>(
    visit: &Visit<P>,
    clinic: &Clinic,
    patient: PatientId,
    id: ImageId,
    action: Action,
) -> Result<ObjectId, Rejection> {
    let row = clinic.store.image(&clinic.tenant, patient, id).await.map_err(|error| Rejection::of(&error))?;
    if row.is_none() {
        let event = visit.event(clinic, action, id.resource())?.with("patient", patient.to_string());
        return Err(clinic.not_found(event).await);
    }
    Ok(clinic.vault.object(id).map_err(|_| Problem::internal())?)
}
