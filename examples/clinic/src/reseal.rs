//! Moving rows and images under the active key, in the background, no faster than is asked for.
//!
//! Each pass begins at the beginning: what is under the active key already is passed over by its header, unopened, so that a
//! pass after a crash costs little and doing it twice does nothing more.

use crate::clinic::Clinic;
use crate::store::{AnalysisRow, Moved, PatientRow};
use crate::vault::Cell;
use serde::Serialize;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use stockade_crypto_at_rest::field::{FieldError, Reseal};
use tokio::sync::Notify;

/// Rows in one read; each is written by itself, and only if it is still what was read.
const BATCH: u32 = 50;

/// How far the pass is.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Progress {
    pub(crate) state: State,
    /// Rows and images looked at.
    pub(crate) seen: u64,
    /// Of those, how many were under an older key and are now under the active one.
    pub(crate) resealed: u64,
    /// Of those, how many do not open. They stay as they are, and their key must not be destroyed.
    pub(crate) failed: u64,
    #[serde(skip)]
    asked: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    #[default]
    Running,
    Finished,
    /// It ended early; the next rotation or start tries again.
    Interrupted,
}

/// The pass, as handlers see it. A clone is another handle.
#[derive(Clone, Default)]
pub(crate) struct Pass {
    progress: Arc<Mutex<Progress>>,
    begin: Arc<Notify>,
}

impl Pass {
    pub(crate) fn progress(&self) -> Progress {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for a pass from the beginning. Nobody sees a finished one from here on until it is.
    pub(crate) fn begin(&self) {
        self.update(|progress| *progress = Progress { asked: progress.asked + 1, ..Progress::default() });
        self.begin.notify_one();
    }

    /// Runs a pass now, and one whenever somebody asks for it, for as long as the process lives.
    pub(crate) fn run_in_background(&self, clinic: Clinic, rows_per_second: u32) {
        let pass = self.clone();
        let pause = Duration::from_secs(1) / rows_per_second.max(1);
        pass.begin();
        tokio::spawn(async move {
            loop {
                pass.begin.notified().await;
                let asked = pass.progress().asked;
                let outcome = Walk { clinic: &clinic, pass: &pass, pause }.all().await;
                if let Err(error) = &outcome {
                    tracing::error!(%error, "resealing was interrupted");
                }
                let state = if outcome.is_ok() { State::Finished } else { State::Interrupted };
                // Asked again meanwhile: the permit is there, and the next turn of the loop takes it.
                pass.update(|progress| {
                    if progress.asked == asked {
                        progress.state = state
                    }
                });
            }
        });
    }

    fn update(&self, change: impl FnOnce(&mut Progress)) {
        change(&mut self.progress.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

struct Walk<'a> {
    clinic: &'a Clinic,
    pass: &'a Pass,
    pause: Duration,
}

impl Walk<'_> {
    async fn all(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Clinic { store, tenant, gallery, .. } = self.clinic;
        let mut after = None;
        loop {
            let rows = store.patients_after(tenant, after, BATCH).await?;
            let Some(last) = rows.last().map(|row| row.id) else { break };
            for row in rows {
                self.one(self.patient(&row), async |new| store.move_patient(&row, &new).await).await?;
            }
            after = Some(last);
        }
        let mut after = None;
        loop {
            let rows = store.analyses_after(tenant, after, BATCH).await?;
            let Some(last) = rows.last().map(|row| row.id) else { break };
            for row in rows {
                self.one(self.analysis(&row), async |new| store.move_analysis(&row, &new).await).await?;
            }
            after = Some(last);
        }
        let mut after = None;
        loop {
            let images = store.images_after(tenant, after, BATCH).await?;
            let Some(last) = images.last().map(|(_, image)| *image) else { break };
            for (patient, image) in images {
                let rewrapped = gallery.rewrap(patient, image).await;
                self.one(rewrapped, async |()| Ok(Moved::Yes)).await?;
            }
            after = Some(last);
        }
        Ok(())
    }

    /// Counts one row, writes it if there is something to write, and rests.
    async fn one<T, E: Error>(
        &self,
        resealed: Result<Option<T>, E>,
        write: impl AsyncFnOnce(T) -> Result<Moved, stockade::core::StoreError>,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let (moved, failed) = match resealed {
            // Changed by somebody meanwhile, and so under the active key.
            Ok(Some(new)) => (write(new).await? == Moved::Yes, false),
            Ok(None) => (false, false),
            Err(error) => {
                tracing::error!(%error, "sealed data does not open, and stays under its key");
                (false, true)
            }
        };
        self.pass.update(|progress| {
            progress.seen += 1;
            progress.resealed += u64::from(moved);
            progress.failed += u64::from(failed);
        });
        if moved {
            tokio::time::sleep(self.pause).await;
        }
        Ok(())
    }

    fn patient(&self, row: &PatientRow) -> Result<Option<PatientRow>, FieldError> {
        let cells = self.clinic.vault.patient(row.id);
        let mut new = row.clone();
        let mut changed = fresh(&cells.record, &mut new.record)?;
        changed |= fresh(&cells.name, &mut new.name)?;
        changed |= fresh(&cells.notes, &mut new.notes)?;
        if let Some(born) = &mut new.born {
            changed |= fresh(&cells.born, born)?;
        }
        Ok(changed.then_some(new))
    }

    fn analysis(&self, row: &AnalysisRow) -> Result<Option<AnalysisRow>, FieldError> {
        let mut new = row.clone();
        let changed = fresh(&self.clinic.vault.finding(row.patient, row.id), &mut new.finding)?;
        Ok(changed.then_some(new))
    }
}

/// Puts `sealed` under the active key; says whether it was under another.
fn fresh(cell: &Cell<'_>, sealed: &mut Vec<u8>) -> Result<bool, FieldError> {
    match cell.reseal(sealed)? {
        Reseal::Current => Ok(false),
        Reseal::Resealed(new) => {
            *sealed = new;
            Ok(true)
        }
    }
}
