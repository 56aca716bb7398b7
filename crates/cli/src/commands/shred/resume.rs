//! `shred --resume`.

use super::Run;
use super::place::Place;
use crate::Exit;
use crate::commands::progress::Watched;
use crate::failure::Failure;
use crate::{say, terminal};
use std::path::Path;
use stockade_secure_delete::JournalError;

impl Run<'_> {
    /// Goes on with what the journals tell of each path's folder.
    pub(super) fn resume(&self, places: &[Place], journals: &Path) -> Result<(), Failure> {
        if !self.args.yes {
            let question = "Going on with the deletions that are in the journals. There is no way back.";
            terminal::confirm(question, "shred", self.cancel)?;
        }
        let mut found = false;
        for place in places {
            let shredder = match self.shredder(place) {
                Ok(shredder) => shredder,
                Err(error) => {
                    self.tally.say_refused(place, place.root(), &error)?;
                    continue;
                }
            };
            let watched = Watched::new(self.voice, self.cancel);
            let resumed = shredder
                .resume_watched(journals, &|progress| watched.bytes(progress.done, progress.total))
                .map_err(|error| failure(&error, journals))?;
            drop(watched);
            for one in &resumed {
                found = true;
                self.tally.say_resumed(place, one)?;
            }
        }
        if !found {
            say::remark(self.voice, "there is nothing to go on with");
        }
        self.tally.cancelled(self.cancel)?;
        self.tally.end()
    }
}

/// Why the folder of journals is not used.
pub(super) fn failure(error: &JournalError, journals: &Path) -> Failure {
    let (exit, code) = match error {
        JournalError::Exposed => (Exit::Refused, "exposed"),
        _ => (Exit::Failed, "io"),
    };
    Failure::chained(exit, code, error).at(journals)
}
