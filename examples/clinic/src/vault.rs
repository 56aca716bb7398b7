//! What is sealed, and for which place. The only file that names columns and keys.

use crate::ids::{AnalysisId, ChatId, ImageId, PatientId};
use crate::image_access::ImageAccess;
use std::sync::Arc;
use stockade::axum::Rejection;
use stockade::core::{Entropy, Seal, Secret, TenantId};
use stockade::secure_delete::erase::{InvalidName, ObjectId, ObjectKey, Wrap};
use stockade_crypto_at_rest::field::{
    BlindIndex, Column, FieldError, Fields, Freshness, Normal, Padding, Reseal,
};
use stockade_crypto_at_rest::file::{FileContext, RingAccess};
use stockade_crypto_at_rest::ring::Keys;
use stockade_crypto_at_rest::walk::{self, Change, Row, RowKey, reseal_fields};

// Lengths tell names and diagnoses apart; padding hides them for a few bytes more.
const RECORD: Column = Column::new("patients", "record").padded(Padding::SHORT_TEXT);
const NAME: Column = Column::new("patients", "name").padded(Padding::SHORT_TEXT);
const NOTES: Column = Column::new("patients", "notes").padded(Padding::Padme);
const BORN: Column = Column::new("patients", "born");
const ASKED: Column = Column::new("chats", "asked").padded(Padding::Padme);
const SAID: Column = Column::new("chats", "said").padded(Padding::Padme);
const FINDING: Column = Column::new("analyses", "finding").padded(Padding::Padme);

/// Seals and opens what belongs to one tenant. A clone is another handle on the same keys.
#[derive(Clone)]
pub(crate) struct Vault {
    tenant: TenantId,
    keys: Keys,
    fields: Fields,
    records: BlindIndex,
}

impl Vault {
    pub(crate) fn new(tenant: TenantId, keys: Keys, entropy: Arc<dyn Entropy>) -> Self {
        let fields = Fields::new(keys.clone(), entropy);
        let records = BlindIndex::new(keys.clone(), RECORD, Normal::Exact);
        Self { tenant, keys, fields, records }
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// What stands beside a sealed record number, so that it can be looked for.
    pub(crate) fn record_index(&self, record: &Secret<String>) -> Result<Vec<u8>, Rejection> {
        let value = self.records.of(&self.tenant, record.expose()).map_err(|error| Rejection::of(&error))?;
        Ok(value.to_bytes().to_vec())
    }

    /// The cells of a patient's row.
    pub(crate) fn patient(&self, id: PatientId) -> PatientCells<'_> {
        let cell = |column| Cell { vault: self, column, row: id.to_string() };
        PatientCells { record: cell(RECORD), name: cell(NAME), notes: cell(NOTES), born: cell(BORN) }
    }

    /// The one cell of an analysis. Bound to the patient too, whom the table names in the clear: otherwise one patient's finding
    /// could be made another's by a change of that name.
    pub(crate) fn finding(&self, patient: PatientId, id: AnalysisId) -> Cell<'_> {
        Cell { vault: self, column: FINDING, row: format!("{patient}/{id}") }
    }

    /// The cells of a question to the assistant.
    pub(crate) fn chat(&self, id: ChatId) -> ChatCells<'_> {
        let cell = |column| Cell { vault: self, column, row: id.to_string() };
        ChatCells { asked: cell(ASKED), said: cell(SAID) }
    }

    /// Moves rows of `id`, `tenant`, what was asked and what was said.
    pub(crate) fn judge_chats(&self) -> impl FnMut(&Row) -> Result<Change, FieldError> + Send {
        reseal_fields(&self.fields, &[ASKED, SAID])
    }

    /// Moves rows of `id`, `tenant` and the four cells in the order of [`PatientCells`] under the active key.
    pub(crate) fn judge_patients(&self) -> impl FnMut(&Row) -> Result<Change, FieldError> + Send {
        reseal_fields(&self.fields, &[RECORD, NAME, NOTES, BORN])
    }

    /// Moves rows of `id`, `tenant`, `patient` and the finding.
    pub(crate) fn judge_analyses(&self) -> impl FnMut(&Row) -> Result<Change, FieldError> + Send {
        |row| {
            let tenant = row.tenant.as_deref().and_then(|tenant| tenant.parse::<TenantId>().ok());
            let (Some(tenant), RowKey::Text(id), [walk::Cell::Text(patient), walk::Cell::Bytes(finding)]) =
                (tenant, &row.key, &row.cells[..])
            else {
                return Err(FieldError::Context);
            };
            let place = format!("{patient}/{id}");
            Ok(match self.fields.reseal(&FINDING.row(&tenant, &place), finding)? {
                Reseal::Current => Change::Current,
                Reseal::Resealed(new) => {
                    Change::Replace(vec![walk::Cell::Text(patient.clone()), walk::Cell::Bytes(new)])
                }
            })
        }
    }

    /// What the key store calls an image.
    pub(crate) fn object(&self, id: ImageId) -> Result<ObjectId, InvalidName> {
        ObjectId::new(format!("{}/{id}", self.tenant))
    }

    /// What wraps the keys of images.
    pub(crate) fn seal(&self) -> Arc<dyn Seal> {
        Arc::new(self.fields.clone())
    }

    /// Whether the active key is the one that `wrap` names.
    pub(crate) fn is_current(&self, wrap: &Wrap) -> bool {
        matches!(self.fields.freshness(wrap.as_bytes()), Ok(Freshness::Current))
    }

    /// Seals and opens one image: under whichever key of the ring is active when it is asked, and under the image's own.
    pub(crate) fn image(&self, patient: PatientId, id: ImageId, key: &ObjectKey) -> ImageAccess {
        let context = FileContext::new()
            .with("tenant", self.tenant.as_str())
            .with("patient", patient.to_string())
            .with("image", id.to_string());
        ImageAccess::new(RingAccess::new(self.keys.clone(), context), key)
    }
}

/// The sealed cells of one patient.
pub(crate) struct PatientCells<'a> {
    pub(crate) record: Cell<'a>,
    pub(crate) name: Cell<'a>,
    pub(crate) notes: Cell<'a>,
    pub(crate) born: Cell<'a>,
}

/// The sealed cells of one question.
pub(crate) struct ChatCells<'a> {
    pub(crate) asked: Cell<'a>,
    pub(crate) said: Cell<'a>,
}

/// One cell of one row of this tenant: what is sealed for it opens nowhere else.
pub(crate) struct Cell<'a> {
    vault: &'a Vault,
    column: Column,
    row: String,
}

impl Cell<'_> {
    pub(crate) fn seal(&self, text: &Secret<String>) -> Result<Vec<u8>, Rejection> {
        let context = self.column.row(&self.vault.tenant, &self.row);
        self.vault.fields.seal_str(&context, text.expose()).map_err(|error| Rejection::of(&error))
    }

    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Secret<String>, FieldError> {
        self.vault.fields.open_str(&self.column.row(&self.vault.tenant, &self.row), sealed)
    }
}
