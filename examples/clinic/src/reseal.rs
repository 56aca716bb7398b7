//! Moving rows and images under the active key, in the background, no faster than is asked for.

use crate::clinic::Clinic;
use crate::ids::{ImageId, PatientId};
use serde::Serialize;
use std::error::Error;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use stockade::secure_delete::erase::EraseError;
use stockade_crypto_at_rest::field::FieldError;
use stockade_crypto_at_rest::walk::{Change, Progress, Row, Step, WalkConfig, Walker};
use stockade_sqlite::{SealedTable, SealedTableError, SqliteConfig, TableSpec};
use tokio::sync::Notify;

/// How far everything is.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Standing {
    state: State,
    /// Rows and images looked at.
    seen: u64,
    /// Of those, how many were under an older key and are now under the active one.
    resealed: u64,
    /// Of those, how many do not open. They stay as they are, and their key must not be destroyed.
    failed: u64,
    #[serde(skip)]
    asked: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    #[default]
    Running,
    Finished,
    /// It ended early; the next rotation or start tries again.
    Interrupted,
}

/// What moves everything. A clone is another handle.
#[derive(Clone)]
pub(crate) struct Resealer {
    patients: SealedTable,
    analyses: SealedTable,
    chats: SealedTable,
    rows_per_second: NonZeroU32,
    standing: Arc<Mutex<Standing>>,
    begin: Arc<Notify>,
}

impl Resealer {
    /// Finds the tables in the file at `path`.
    pub(crate) async fn open(path: &Path, rows_per_second: NonZeroU32) -> Result<Self, SealedTableError> {
        let patients = ["record", "name", "notes", "born"];
        let patients = patients.iter().fold(TableSpec::new("patients", "id"), |spec, cell| spec.cell(*cell));
        // The patient is part of what a finding is sealed for, and stays.
        let analyses = TableSpec::new("analyses", "id").cell("patient").cell("finding");
        let chats = TableSpec::new("chats", "id").cell("asked").cell("said");
        let config = SqliteConfig::default();
        Ok(Self {
            patients: SealedTable::open(path, &config, &patients.tenant("tenant")).await?,
            analyses: SealedTable::open(path, &config, &analyses.tenant("tenant")).await?,
            chats: SealedTable::open(path, &config, &chats.tenant("tenant")).await?,
            rows_per_second,
            standing: Arc::default(),
            begin: Arc::default(),
        })
    }

    pub(crate) fn standing(&self) -> Standing {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for everything to be moved. Nobody sees it finished from here on until it is.
    pub(crate) fn begin(&self) {
        self.update(|standing| *standing = Standing { asked: standing.asked + 1, ..Standing::default() });
        self.begin.notify_one();
    }

    /// Moves everything now, and whenever somebody asks for it, for as long as the process lives.
    pub(crate) fn run_in_background(self, clinic: Clinic) {
        self.begin();
        tokio::spawn(async move {
            loop {
                self.begin.notified().await;
                let asked = self.standing().asked;
                let outcome = self.run(&clinic).await;
                if let Err(error) = &outcome {
                    tracing::error!(%error, "resealing was interrupted");
                }
                let state = if outcome.is_ok() { State::Finished } else { State::Interrupted };
                // Asked again meanwhile: the permit is there, and the next turn of the loop takes it.
                self.update(|standing| {
                    if standing.asked == asked {
                        standing.state = state
                    }
                });
            }
        });
    }

    async fn run(&self, clinic: &Clinic) -> Result<(), Box<dyn Error + Send + Sync>> {
        // What still seals under the key before would come to lie behind the cursor.
        clinic.writes.settle().await;
        let active = clinic.vault.keys().current().active().id();
        self.walk(clinic, &self.patients, &format!("patients-k{active}"), clinic.vault.judge_patients())
            .await?;
        self.walk(clinic, &self.analyses, &format!("analyses-k{active}"), clinic.vault.judge_analyses())
            .await?;
        self.walk(clinic, &self.chats, &format!("chats-k{active}"), clinic.vault.judge_chats()).await?;
        self.image_keys(clinic).await?;
        self.images(clinic).await?;
        clinic.keystore.move_secrets().await
    }

    /// A walk that a crash cut off goes on where it was; one that has finished does nothing more.
    async fn walk(
        &self,
        clinic: &Clinic,
        table: &SealedTable,
        name: &str,
        mut judge: impl FnMut(&Row) -> Result<Change, FieldError> + Send,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let config = WalkConfig {
            batch_rows: 50,
            rows_per_second: Some(self.rows_per_second),
            ..WalkConfig::default()
        };
        let mut walker = Walker::new(Arc::new(table.clone()), clinic.clock.clone(), name.parse()?, config)?;
        let before = self.standing();
        loop {
            match walker.step(&mut judge).await? {
                Step::Advanced(progress) => self.count(before, &progress),
                Step::Pause(pause) => tokio::time::sleep(pause).await,
                Step::Finished(progress) => break self.count(before, &progress),
            }
        }
        for failure in walker.failures() {
            tracing::error!(name, ?failure, "sealed data does not open, and stays under its key");
        }
        Ok(())
    }

    fn count(&self, before: Standing, progress: &Progress) {
        self.update(|standing| {
            standing.seen = before.seen + progress.rows;
            standing.resealed = before.resealed + progress.replaced;
            standing.failed = before.failed + progress.failed;
        });
    }

    /// Moves the wrapped keys of images under the active key. Wraps say which key they are under.
    async fn image_keys(&self, clinic: &Clinic) -> Result<(), Box<dyn Error + Send + Sync>> {
        const BATCH: NonZeroU32 = NonZeroU32::MIN.saturating_add(49);
        let mut after = None;
        loop {
            let kept = clinic.erasure.live(after.as_ref(), BATCH).await?;
            let Some(last) = kept.last() else { return Ok(()) };
            after = Some(last.object.clone());
            for key in kept.iter().filter(|key| !clinic.vault.is_current(&key.wrap)) {
                if let Err(error) = clinic.erasure.rewrap(&key.object).await {
                    tracing::error!(%error, object = %key.object, "the key of an image does not open, and stays under its key");
                    self.update(|standing| standing.failed += 1);
                }
                tokio::time::sleep(Duration::from_secs(1) / self.rows_per_second.get()).await;
            }
        }
    }

    /// Headers say which key they are under, so that a second time costs a look at each.
    async fn images(&self, clinic: &Clinic) -> Result<(), Box<dyn Error + Send + Sync>> {
        const BATCH: u32 = 50;
        let mut after = None;
        loop {
            let images = clinic.store.images_after(&clinic.tenant, after, BATCH).await?;
            let Some((_, last)) = images.last() else { return Ok(()) };
            after = Some(*last);
            for (patient, image) in images {
                let rewrapped = match self.image(clinic, patient, image).await {
                    Ok(moved) => Ok(moved),
                    // Deleted, perhaps this moment.
                    Err(_) if matches!(clinic.image_key(image).await, Err(EraseError::Erased(_))) => continue,
                    Err(error) => {
                        tracing::error!(%error, %image, "an image does not open, and stays under its key");
                        Err(())
                    }
                };
                let moved = matches!(rewrapped, Ok(Some(())));
                self.update(|standing| {
                    standing.seen += 1;
                    standing.resealed += u64::from(moved);
                    standing.failed += u64::from(rewrapped.is_err());
                });
                if moved {
                    tokio::time::sleep(Duration::from_secs(1) / self.rows_per_second.get()).await;
                }
            }
        }
    }

    async fn image(
        &self,
        clinic: &Clinic,
        patient: PatientId,
        image: ImageId,
    ) -> Result<Option<()>, Box<dyn Error + Send + Sync>> {
        let key = clinic.image_key(image).await?;
        Ok(clinic.gallery.rewrap(patient, image, key).await?)
    }

    fn update(&self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.standing.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
