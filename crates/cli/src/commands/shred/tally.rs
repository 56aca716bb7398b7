//! What was said so far, and what the process ends with.

use super::place::Place;
use crate::Exit;
use crate::args::Voice;
use crate::cancel::Cancel;
use crate::failure::Failure;
use crate::say;
use serde_json::json;
use std::error::Error;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use stockade_secure_delete::{
    Assurance, DeleteError, DeleteReport, FolderReport, Level, Resumed, TreeReport,
};

/// Counts what is told from several threads.
pub(super) struct Tally {
    voice: Voice,
    files: AtomicU64,
    refused: AtomicU64,
    missed: AtomicU64,
    stayed: AtomicU64,
    not_begun: AtomicU64,
}

impl Tally {
    pub(super) fn new(voice: Voice) -> Self {
        let zero = || AtomicU64::new(0);
        Self { voice, files: zero(), refused: zero(), missed: zero(), stayed: zero(), not_begun: zero() }
    }

    pub(super) fn files(&self) -> u64 {
        self.files.load(Ordering::Relaxed)
    }

    pub(super) fn say_file(&self, place: &Place, report: &DeleteReport) -> Result<(), Failure> {
        add(&self.files, 1);
        if let Assurance::NotDeleted { error } = report.assurance() {
            self.not_deleted(error);
        }
        let object = json!({ "root": say::path(place.root()), "file": report });
        say::result(self.voice, &object, || place.said(report))
    }

    pub(super) fn say_folder(&self, place: &Place, report: &FolderReport) -> Result<(), Failure> {
        let counted = self.folder(report.error.as_ref());
        let space = &report.namespace;
        let astray = space.left_as.is_some() || space.displaced.is_some() || space.shelter_left.is_some();
        if !self.voice.json && counted == Counted::Before && !astray {
            return Ok(());
        }
        let object = json!({ "root": say::path(place.root()), "folder": report });
        say::result(self.voice, &object, || place.said(report))
    }

    /// What stayed in a folder was said before the folder; what came into it meanwhile was not.
    fn folder(&self, error: Option<&DeleteError>) -> Counted {
        match error {
            None | Some(DeleteError::NotEmpty) => Counted::Before,
            Some(error) => {
                self.not_deleted(error);
                Counted::Now
            }
        }
    }

    pub(super) fn say_refused(&self, place: &Place, path: &Path, error: &DeleteError) -> Result<(), Failure> {
        add(&self.files, 1);
        self.refused(error);
        let message = message(error);
        let path = say::path(path);
        let object = json!({
            "root": say::path(place.root()),
            "refused": { "path": path, "code": error.code(), "message": message },
        });
        let hint =
            if *error == DeleteError::Directory { ": say --recursive to delete what is in it" } else { "" };
        let shown = path.escape_debug();
        say::result(self.voice, &object, || place.said(&format!("`{shown}`: refused: {message}{hint}")))
    }

    /// The sums of a tree. Its files were said one by one.
    pub(super) fn say_tree(&self, place: &Place, report: &TreeReport) -> Result<(), Failure> {
        // Whatever was told on the way, nobody is to take this for a success.
        if report.worst() == Some(Level::NotDeleted) && self.sum() == 0 {
            add(&self.stayed, 1);
        }
        let object =
            json!({ "root": say::path(place.root()), "tree": report.for_audit(), "path": report.path });
        say::result(self.voice, &object, || {
            let folders = format!("{} folders removed, {} left", report.folders_removed, report.folders_left);
            place.said(&format!("`{}`: {}; {folders}", report.path, report.files))
        })
    }

    /// What a killed run had begun.
    pub(super) fn say_resumed(&self, place: &Place, resumed: &Resumed) -> Result<(), Failure> {
        match resumed {
            Resumed::File(report) => self.say_file(place, report),
            Resumed::Tree(report) => {
                add(&self.files, report.files.files());
                report.failures.listed.iter().for_each(|failure| self.not_deleted(&failure.error));
                add(&self.stayed, report.failures.left_out);
                self.say_tree(place, report)
            }
            Resumed::Gone { path, overwritten, .. } => {
                // Where not all was written over, somebody else took the name away.
                add(&self.stayed, u64::from(!overwritten));
                let object = json!({ "root": say::path(place.root()), "gone": { "path": path, "overwritten": overwritten } });
                let how = if *overwritten { "overwritten" } else { "not known to be overwritten" };
                say::result(self.voice, &object, || place.said(&format!("`{path}`: gone, {how}")))
            }
            Resumed::Refused { path, error } => self.say_refused(place, Path::new(path.as_os_str()), error),
            Resumed::Unreadable { journal, error } => {
                add(&self.stayed, 1);
                let object = json!({ "root": say::path(place.root()), "unreadable": { "journal": journal, "error": error } });
                say::result(self.voice, &object, || format!("`{journal}`: {error}"))
            }
            _ => Ok(()),
        }
    }

    /// A plan that could not reach what is required.
    pub(super) fn missed(&self) {
        add(&self.missed, 1);
    }

    pub(super) fn refused(&self, error: &DeleteError) {
        match error {
            // The system's word, not ours.
            DeleteError::Os { .. } | DeleteError::NotFound => add(&self.stayed, 1),
            _ => add(&self.refused, 1),
        }
    }

    /// Paths that were not begun with when the run was cancelled.
    pub(super) fn left(&self, places: &[Place]) {
        add(&self.not_begun, u64::try_from(places.len()).unwrap_or(u64::MAX));
        for place in places {
            say::remark(self.voice, &place.said(&format!("`{}`: left as it was", place.name().display())));
        }
    }

    pub(super) fn cancelled(&self, cancel: &Cancel) -> Result<(), Failure> {
        let Some(exit) = cancel.requested() else { return Ok(()) };
        let (stayed, left) = (self.sum(), self.not_begun.load(Ordering::Relaxed));
        Err(Failure::new(
            exit,
            "cancelled",
            format!("cancelled: {stayed} stayed, {left} were not begun with"),
        ))
    }

    /// The gravest of what happened.
    pub(super) fn end(&self) -> Result<(), Failure> {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let (exit, code, count, what) = match () {
            () if of(&self.stayed) > 0 => (Exit::NotDeleted, "not_deleted", of(&self.stayed), "not deleted"),
            () if of(&self.missed) > 0 => (
                Exit::LevelMissed,
                "level_missed",
                of(&self.missed),
                "kept: the required level is not reached",
            ),
            () if of(&self.refused) > 0 => (Exit::Refused, "refused", of(&self.refused), "refused"),
            () => return Ok(()),
        };
        Err(Failure::new(exit, code, format!("{count} {what}, of {}", self.files().max(self.sum()))))
    }

    fn sum(&self) -> u64 {
        [&self.stayed, &self.missed, &self.refused].map(|count| count.load(Ordering::Relaxed)).iter().sum()
    }

    fn not_deleted(&self, error: &DeleteError) {
        match error {
            DeleteError::RequiredLevelMissed { .. } => add(&self.missed, 1),
            _ => add(&self.stayed, 1),
        }
    }
}

/// Whether something that stayed counts for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
enum Counted {
    Before,
    Now,
}

fn add(count: &AtomicU64, more: u64) {
    count.fetch_add(more, Ordering::Relaxed);
}

fn message(error: &DeleteError) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn race_with_who_fills_a_folder_is_no_success() {
        let tally = Tally::new(Voice { json: false, quiet: true });
        assert_eq!(tally.folder(Some(&DeleteError::NotEmpty)), Counted::Before);
        assert!(tally.end().is_ok(), "what is in it counts");
        assert_eq!(tally.folder(Some(&DeleteError::Refilled)), Counted::Now);
        assert!(tally.end().is_err());
    }
}
