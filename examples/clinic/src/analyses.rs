//! Analyses: what somebody found, in an image or without one.

use crate::access::{ANALYSIS_CREATE, ANALYSIS_LIST, AnalysisRead, AnalysisWrite, Visit};
use crate::clinic::Clinic;
use crate::ids::{AnalysisId, ImageId, PatientId};
use crate::store::{AnalysisRow, MAX_ROWS, millis};
use crate::text;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use stockade::axum::{Json, Query, Rejection};
use stockade::core::{Problem, Secret};
use stockade::secure_delete::erase::EraseError;
use stockade_crypto_at_rest::field::FieldError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAnalysis {
    patient: PatientId,
    image: Option<ImageId>,
    finding: Secret<String>,
}

#[derive(Serialize)]
pub(crate) struct Created {
    id: AnalysisId,
}

/// `POST /v1/analyses`
pub(crate) async fn create(
    visit: Visit<AnalysisWrite>,
    State(clinic): State<Clinic>,
    Json(new): Json<NewAnalysis>,
) -> Result<(StatusCode, Json<Created>), Rejection> {
    text::demand("finding", &new.finding, text::PAGE)?;
    let now = clinic.clock.now();
    let id = AnalysisId::generate(now, &*clinic.entropy).map_err(Problem::from)?;
    let event =
        visit.event(&clinic, ANALYSIS_CREATE, id.resource())?.with("patient", new.patient.to_string());
    if !new.is_about_something(&clinic).await? {
        return Err(clinic.not_found(event).await);
    }
    let _writing = clinic.writes.begin();
    let row = AnalysisRow {
        id,
        patient: new.patient,
        image: new.image.map(|image| image.to_string()),
        author: visit.principal().subject().to_string(),
        finding: clinic.vault.finding(new.patient, id).seal(&new.finding)?,
        created_at: millis(now),
    };
    let change =
        clinic.store.add_analysis(&clinic.tenant, row).await.map_err(|error| Rejection::of(&error))?;
    clinic.keep(change, event).await?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}

impl NewAnalysis {
    /// Whether there is such a patient and, where one is named, the patient's image.
    async fn is_about_something(&self, clinic: &Clinic) -> Result<bool, Rejection> {
        let known = match self.image {
            Some(image) => {
                match clinic.image_key(image).await {
                    Err(EraseError::Erased(_)) => return Ok(false),
                    Err(EraseError::Store(error)) => return Err(Rejection::of(&error)),
                    // One that does not open was there, and can be written about.
                    Ok(_) | Err(_) => {}
                }
                clinic.store.image(&clinic.tenant, self.patient, image).await.map(|found| found.is_some())
            }
            None => clinic.store.patient(&clinic.tenant, self.patient).await.map(|found| found.is_some()),
        };
        known.map_err(|error| Rejection::of(&error))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    patient: PatientId,
    before: Option<AnalysisId>,
}

#[derive(Serialize)]
pub(crate) struct Page {
    analyses: Vec<Analysis>,
    /// The `before` of the next page; null on the last one.
    next_before: Option<AnalysisId>,
}

/// `GET /v1/analyses?patient=…&before=…`: newest first.
pub(crate) async fn list(
    visit: Visit<AnalysisRead>,
    State(clinic): State<Clinic>,
    Query(listing): Query<Listing>,
) -> Result<Json<Page>, Rejection> {
    let event = visit.event(&clinic, ANALYSIS_LIST, listing.patient.resource())?;
    let patient =
        clinic.store.patient(&clinic.tenant, listing.patient).await.map_err(|error| Rejection::of(&error))?;
    if patient.is_none() {
        return Err(clinic.not_found(event).await);
    }
    let rows = clinic.store.analyses(&clinic.tenant, listing.patient, listing.before).await;
    let rows = rows.map_err(|error| Rejection::of(&error))?;
    match rows
        .iter()
        .take(MAX_ROWS as usize)
        .map(|row| Analysis::open(&clinic, row))
        .collect::<Result<Vec<_>, _>>()
    {
        Ok(analyses) => {
            clinic.record(event.with("found", analyses.len())).await?;
            let more = rows.len() > analyses.len();
            let next_before = analyses.last().filter(|_| more).map(|last| last.id);
            Ok(Json(Page { analyses, next_before }))
        }
        Err(error) => Err(clinic.unreadable(event, &error).await),
    }
}

/// An analysis as an answer shows it.
#[derive(Serialize)]
struct Analysis {
    id: AnalysisId,
    patient: PatientId,
    image: Option<String>,
    author: String,
    #[serde(serialize_with = "text::shown")]
    finding: Secret<String>,
    created_at: i64,
}

impl Analysis {
    fn open(clinic: &Clinic, row: &AnalysisRow) -> Result<Self, FieldError> {
        Ok(Self {
            id: row.id,
            patient: row.patient,
            image: row.image.clone(),
            author: row.author.clone(),
            finding: clinic.vault.finding(row.patient, row.id).open(&row.finding)?,
            created_at: row.created_at,
        })
    }
}
