//! Images: streamed in, sealed on their way to the disk; streamed out, whole or in part, each chunk verified before it leaves.

use crate::access::{IMAGE_CREATE, IMAGE_READ, ImageRead, ImageWrite, Visit};
use crate::clinic::Clinic;
use crate::gallery::Transfer;
use crate::ids::{ImageId, PatientId};
use crate::incoming::Incoming;
use crate::picture::Picture;
use crate::pieces::{Pieces, Taken};
use crate::range::Wanted;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use stockade::axum::{Json, Path, Rejection};
use stockade::core::{Event, Outcome, Problem, ProblemKind};
use stockade::secure_delete::erase::EraseError;
use stockade::tower::envelope;

#[derive(Serialize)]
pub(crate) struct Created {
    id: ImageId,
}

/// `POST /v1/patients/{patient}/images`: the body is the image. What it says it is (`content-type`) is not believed and not
/// kept; whoever reads it gets bytes.
pub(crate) async fn upload(
    visit: Visit<ImageWrite>,
    State(clinic): State<Clinic>,
    Path(patient): Path<PatientId>,
    body: Body,
) -> Result<(StatusCode, Json<Created>), Rejection> {
    let id = ImageId::generate(clinic.clock.now(), &*clinic.entropy).map_err(Problem::from)?;
    let event = visit.event(&clinic, IMAGE_CREATE, id.resource())?.with("patient", patient.to_string());
    let known = clinic.store.patient(&clinic.tenant, patient).await.map_err(|error| Rejection::of(&error))?;
    if known.is_none() {
        return Err(clinic.not_found(event).await);
    }
    let transfer = clinic.gallery.transfer()?;
    let (feed, incoming) = Incoming::channel();
    let max = clinic.gallery.max_image();
    // A task of its own: a client that hangs up after its last byte must not leave a file without its row.
    let keeping = tokio::spawn(keep(clinic, patient, id, incoming, event, transfer));
    let poured = feed.pour(body, max).await;
    let kept = keeping.await.unwrap_or_else(|_| Err(Problem::internal().into()));
    poured?;
    kept?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}

/// The file first, then the row that makes it count.
async fn keep(
    clinic: Clinic,
    patient: PatientId,
    id: ImageId,
    incoming: Incoming,
    event: Event,
    _transfer: Transfer,
) -> Result<(), Rejection> {
    let _writing = clinic.writes.begin();
    let object = clinic.vault.object(id).map_err(|_| Problem::internal())?;
    let expires_at = clinic.keep_images_for.map(|span| clinic.clock.now().plus(span));
    // The key before all else: whatever is sealed with it can be erased.
    let key = clinic.erasure.create(&object, expires_at).await.map_err(|error| Rejection::of(&error))?;
    let kept = async {
        clinic.gallery.seal(patient, id, key, incoming).await?;
        let change = clinic.store.add_image(&clinic.tenant, patient, id, clinic.clock.now()).await;
        clinic.keep(change.map_err(|error| Rejection::of(&error))?, event).await
    };
    let kept = kept.await;
    if kept.is_err() {
        clinic.gallery.remove(id).await;
        if let Err(error) = clinic.erasure.erase(&object).await {
            tracing::error!(%error, image = %id, "the key of an image that is not there could not be erased");
        }
    }
    kept
}

/// `GET /v1/patients/{patient}/images/{image}`, with one `Range` or without.
pub(crate) async fn read(
    visit: Visit<ImageRead>,
    State(clinic): State<Clinic>,
    Path((patient, id)): Path<(PatientId, ImageId)>,
    headers: HeaderMap,
) -> Result<Response, Rejection> {
    let event = visit.event(&clinic, IMAGE_READ, id.resource())?.with("patient", patient.to_string());
    let row = clinic.store.image(&clinic.tenant, patient, id).await.map_err(|error| Rejection::of(&error))?;
    if row.is_none() {
        return Err(clinic.not_found(event).await);
    }
    let transfer = clinic.gallery.transfer()?;
    let key = match clinic.image_key(id).await {
        Ok(key) => key,
        Err(EraseError::Erased(_)) => return Err(clinic.not_found(event).await),
        Err(EraseError::Store(error)) => return Err(Rejection::of(&error)),
        Err(error) => return Err(clinic.unreadable(event, &error).await),
    };
    let picture = match clinic.gallery.open(patient, id, key).await {
        Ok(picture) => picture,
        Err(error) => return Err(clinic.unreadable(event, &error).await),
    };
    let (len, wanted) = (picture.len(), Wanted::of(&headers, picture.len()));
    let Some((first, count)) = wanted.span(len) else {
        return unsatisfiable(&visit, &clinic, event, len).await;
    };
    // The first piece is verified before a head is sent, so that what was altered is an error and not a broken-off success.
    let picture = match picture.seek(first, count).await {
        Ok(picture) => picture,
        Err(error) => return Err(clinic.unreadable(event, &error).await),
    };
    clinic.record(event.with("first", first).with("bytes", count)).await?;
    Ok(answer(id, wanted, len, count, stream(picture, transfer, count)))
}

fn answer(id: ImageId, wanted: Wanted, len: u64, count: u64, body: Body) -> Response {
    let headers = [
        (ACCEPT_RANGES, "bytes".to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{id}\"")),
        (CONTENT_LENGTH, count.to_string()),
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    match wanted {
        Wanted::Part { first, last } => {
            let range = [(CONTENT_RANGE, format!("bytes {first}-{last}/{len}"))];
            (StatusCode::PARTIAL_CONTENT, headers, range, body).into_response()
        }
        Wanted::Whole | Wanted::Unsatisfiable => (headers, body).into_response(),
    }
}

/// Sends piece after piece for as long as the client takes them.
fn stream(mut picture: Picture, transfer: Transfer, count: u64) -> Body {
    let (send, body) = Pieces::of(count);
    tokio::spawn(async move {
        let _transfer = transfer;
        while let Some(piece) = picture.take_piece() {
            if send.send(piece).await == Taken::NobodyIsThere {
                return;
            }
            picture = match picture.next().await {
                Ok(picture) => picture,
                Err(error) => {
                    tracing::error!(%error, "an image breaks off: a later chunk does not open");
                    return;
                }
            };
        }
    });
    body
}

/// 416, which no class of [`Problem`] stands for.
async fn unsatisfiable(
    visit: &Visit<ImageRead>,
    clinic: &Clinic,
    mut event: Event,
    len: u64,
) -> Result<Response, Rejection> {
    event.outcome = Outcome::Failure;
    clinic.record(event.because("range_not_satisfiable")).await?;
    let problem =
        Problem::new(ProblemKind::InvalidInput, "range_not_satisfiable", "the image has no such bytes");
    let mut response = envelope(&problem, visit.request()).map(Body::from);
    *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
    Ok(([(CONTENT_RANGE, format!("bytes */{len}"))], response).into_response())
}
