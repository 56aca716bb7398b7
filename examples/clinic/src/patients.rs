//! Patients: made, read, and found by their record number.

use crate::access::{
    PATIENT_CREATE, PATIENT_READ, PATIENT_SEARCH, PatientNotes, PatientRead, PatientWrite, Visit,
};
use crate::clinic::Clinic;
use crate::ids::PatientId;
use crate::store::{PatientRow, millis};
use crate::text;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use stockade::axum::{Json, Path, Query, Rejection};
use stockade::core::{Problem, Resource, Secret};
use stockade_crypto_at_rest::field::FieldError;

/// What a clinician writes down of a new patient.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPatient {
    /// The number by which the house knows the patient; found again by equality.
    record: Secret<String>,
    name: Secret<String>,
    #[serde(default = "nothing")]
    notes: Secret<String>,
    /// `YYYY-MM-DD`.
    born: Option<Secret<String>>,
}

#[derive(Serialize)]
pub(crate) struct Created {
    id: PatientId,
}

/// `POST /v1/patients`
pub(crate) async fn create(
    visit: Visit<PatientWrite>,
    State(clinic): State<Clinic>,
    Json(new): Json<NewPatient>,
) -> Result<(StatusCode, Json<Created>), Rejection> {
    new.check()?;
    let _writing = clinic.writes.begin();
    let now = clinic.clock.now();
    let id = PatientId::generate(now, &*clinic.entropy).map_err(Problem::from)?;
    let cells = clinic.vault.patient(id);
    let row = PatientRow {
        id,
        record: cells.record.seal(&new.record)?,
        name: cells.name.seal(&new.name)?,
        notes: cells.notes.seal(&new.notes)?,
        born: new.born.as_ref().map(|born| cells.born.seal(born)).transpose()?,
        created_at: millis(now),
    };
    let index = clinic.vault.record_index(&new.record)?;
    let change =
        clinic.store.add_patient(&clinic.tenant, row, index).await.map_err(|error| Rejection::of(&error))?;
    clinic.keep(change, visit.event(&clinic, PATIENT_CREATE, id.resource())?).await?;
    Ok((StatusCode::CREATED, Json(Created { id })))
}

/// `GET /v1/patients/{id}`
pub(crate) async fn read(
    visit: Visit<PatientRead>,
    State(clinic): State<Clinic>,
    Path(id): Path<PatientId>,
) -> Result<Json<Patient>, Rejection> {
    let event = visit.event(&clinic, PATIENT_READ, id.resource())?;
    let row = clinic.store.patient(&clinic.tenant, id).await.map_err(|error| Rejection::of(&error))?;
    let Some(row) = row else { return Err(clinic.not_found(event).await) };
    let notes = Notes::for_visitor(&visit, &clinic);
    match Patient::open(&clinic, &row, notes) {
        Ok(patient) => {
            clinic.record(event.with("notes", notes == Notes::Shown)).await?;
            Ok(Json(patient))
        }
        Err(error) => Err(clinic.unreadable(event, &error).await),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    record: Secret<String>,
}

#[derive(Serialize)]
pub(crate) struct Found {
    patients: Vec<Patient>,
}

/// `GET /v1/patients?record=…`: an empty list where nobody has the number. The query string stands in no log of this service.
pub(crate) async fn search(
    visit: Visit<PatientRead>,
    State(clinic): State<Clinic>,
    Query(search): Query<Search>,
) -> Result<Json<Found>, Rejection> {
    let index = clinic.vault.record_index(&search.record)?;
    let rows = clinic.store.candidates(&clinic.tenant, index).await.map_err(|error| Rejection::of(&error))?;
    let notes = Notes::for_visitor(&visit, &clinic);
    let mut patients = Vec::new();
    for row in rows {
        match Patient::open(&clinic, &row, notes) {
            // The index is cut short on purpose: that two are equal says only that the numbers may be.
            Ok(patient) if patient.record == search.record => patients.push(patient),
            Ok(_) => {}
            Err(error) => {
                let event = visit.event(&clinic, PATIENT_SEARCH, row.id.resource())?;
                return Err(clinic.unreadable(event, &error).await);
            }
        }
    }
    let on = Resource::new("tenant", &clinic.tenant);
    let mut events = vec![visit.event(&clinic, PATIENT_SEARCH, on)?.with("found", patients.len())];
    for patient in &patients {
        let event = visit.event(&clinic, PATIENT_READ, patient.id.resource())?;
        events.push(event.with("notes", notes == Notes::Shown));
    }
    clinic.record_all(events).await?;
    Ok(Json(Found { patients }))
}

/// Whether notes are part of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notes {
    Shown,
    Withheld,
}

impl Notes {
    fn for_visitor<P>(visit: &Visit<P>, clinic: &Clinic) -> Self {
        if visit.may::<PatientNotes>(clinic) { Self::Shown } else { Self::Withheld }
    }
}

/// A patient as an answer shows them.
#[derive(Serialize)]
pub(crate) struct Patient {
    id: PatientId,
    #[serde(serialize_with = "text::shown")]
    record: Secret<String>,
    #[serde(serialize_with = "text::shown")]
    name: Secret<String>,
    /// Left out where the visitor may not read them: they are then not even opened.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "text::shown_if_any")]
    notes: Option<Secret<String>>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "text::shown_if_any")]
    born: Option<Secret<String>>,
    created_at: i64,
}

impl Patient {
    fn open(clinic: &Clinic, row: &PatientRow, notes: Notes) -> Result<Self, FieldError> {
        let cells = clinic.vault.patient(row.id);
        Ok(Self {
            id: row.id,
            record: cells.record.open(&row.record)?,
            name: cells.name.open(&row.name)?,
            notes: (notes == Notes::Shown).then(|| cells.notes.open(&row.notes)).transpose()?,
            born: row.born.as_ref().map(|born| cells.born.open(born)).transpose()?,
            created_at: row.created_at,
        })
    }
}

impl NewPatient {
    fn check(&self) -> Result<(), Problem> {
        text::demand("record", &self.record, text::LINE)?;
        text::demand("name", &self.name, text::LINE)?;
        text::allow("notes", &self.notes, text::PAGE)?;
        self.born.as_ref().map_or(Ok(()), |born| text::demand_date("born", born))
    }
}

fn nothing() -> Secret<String> {
    Secret::new(String::new())
}
