//! `shred`.

mod confirmed;
mod place;
mod resume;
mod tally;

use super::progress::Watched;
use crate::Exit;
use crate::args::{Preset, Shred, Voice};
use crate::cancel::Cancel;
use crate::failure::Failure;
use crate::{say, terminal};
use confirmed::{Confirmed, Inode, named};
use place::{Found, Place};
use serde_json::json;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use stockade_core::{SystemClock, SystemEntropy};
use stockade_secure_delete::{
    DeleteError, DeletePlan, Level, Policy, Restored, Shredder, TreeEvent, TreePlan, Verify,
};
use tally::Tally;

pub(crate) fn shred(args: &Shred, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    let places = args.paths.iter().map(|path| Place::new(path)).collect::<Result<Vec<_>, _>>()?;
    let policy = policy(args)?;
    let run = Run { args, policy, voice, cancel, tally: Tally::new(voice) };
    if args.dry_run {
        return run.say_plans(&places);
    }
    if let Some(journals) = args.journal.as_deref().filter(|_| args.resume) {
        return run.resume(&places, journals);
    }
    let confirmed = run.confirm(&places)?;
    run.delete(&places, &confirmed)
}

fn policy(args: &Shred) -> Result<Policy, Failure> {
    let policy = match (args.preset, args.passes) {
        (Some(Preset::NistClear), _) => Policy::nist_clear(),
        (Some(Preset::ThreePass), _) => Policy::three_pass(),
        (Some(Preset::DodLike), _) => Policy::dod_like(),
        (None, Some(passes)) => {
            Policy::random_passes(passes).map_err(|error| Failure::chained(Exit::Usage, "usage", &error))?
        }
        (None, None) => Policy::default(),
    };
    let policy = if args.no_verify { policy.verify(Verify::Skip) } else { policy };
    Ok(if args.unlink_only_this_name { policy.unlink_only_this_name() } else { policy })
}

/// One run over all that was named.
struct Run<'a> {
    args: &'a Shred,
    policy: Policy,
    voice: Voice,
    cancel: &'a Cancel,
    tally: Tally,
}

impl Run<'_> {
    fn require(&self) -> Level {
        self.args.require.unwrap_or(Level::NotDeleted)
    }

    fn shredder(&self, place: &Place) -> Result<Shredder, DeleteError> {
        let shredder = Shredder::beneath(place.root(), Arc::new(SystemEntropy))?.policy(self.policy.clone());
        Ok(match self.args.rate {
            Some(rate) => shredder.rate(rate, Arc::new(SystemClock::new())),
            None => shredder,
        })
    }

    fn find(&self, place: &Place) -> Result<Found, Failure> {
        let shredder = match self.shredder(place) {
            Ok(shredder) => shredder,
            Err(error) => return Ok(Found::Refused(error)),
        };
        let shredder = match &self.args.journal {
            Some(journals) => {
                shredder.journal(journals).map_err(|error| resume::failure(&error, journals))?
            }
            None => shredder,
        };
        Ok(place.find(&shredder, self.args.recursive))
    }

    /// What would be done. Nothing is held on to between one path and the next.
    fn say_plans(&self, places: &[Place]) -> Result<(), Failure> {
        for place in places {
            self.cancel.check()?;
            match self.find(place)? {
                Found::File(plan) => {
                    let prospect = plan.prospect();
                    if prospect.reachable() < self.require() {
                        self.tally.missed();
                    }
                    let object = json!({ "root": say::path(place.root()), "plan": { "path": plan.path(), "identity": plan.identity(), "prospect": prospect } });
                    say::result(self.voice, &object, || place.said(&plan))?;
                }
                Found::Tree(plan) => {
                    let survey = plan.require(self.require()).survey();
                    (0..survey.below_required).for_each(|_| self.tally.missed());
                    survey.refused.listed.iter().for_each(|failure| self.tally.refused(&failure.error));
                    let object = json!({ "root": say::path(place.root()), "survey": survey });
                    say::result(self.voice, &object, || place.said(&survey))?;
                }
                Found::Refused(error) => self.tally.say_refused(place, place.name(), &error)?,
            }
        }
        self.tally.end()
    }

    /// Asks on the terminal, with what is there to be deleted.
    fn confirm(&self, places: &[Place]) -> Result<Confirmed, Failure> {
        if self.args.yes {
            return Ok(Confirmed::Whatever);
        }
        terminal::exists()?;
        let (mut files, mut bytes) = (0_u64, 0_u64);
        let mut inodes = Vec::new();
        for place in places {
            self.cancel.check()?;
            match self.find(place)? {
                Found::File(plan) => {
                    inodes.push(Some(Inode::of(plan.identity())));
                    files = files.saturating_add(1);
                    bytes = bytes.saturating_add(plan.identity().length);
                }
                Found::Tree(plan) => {
                    inodes.push(Some(Inode::of(plan.identity())));
                    let survey = plan.survey();
                    files = files.saturating_add(survey.at_best.files());
                    bytes = bytes.saturating_add(survey.bytes);
                }
                Found::Refused(_) => inodes.push(None),
            }
        }
        let paths = named(places);
        let question = format!("Deleting {paths}: {files} files, {bytes} bytes. There is no way back.");
        terminal::confirm(&question, "shred", self.cancel)?;
        Ok(Confirmed::These(inodes))
    }

    fn delete(&self, places: &[Place], confirmed: &Confirmed) -> Result<(), Failure> {
        for (number, place) in places.iter().enumerate() {
            if self.cancel.requested().is_some() {
                self.tally.left(places.get(number..).unwrap_or_default());
                break;
            }
            match self.find(place)? {
                Found::File(plan) if confirmed.has(number, &plan.identity()) => {
                    self.delete_file(place, *plan)?;
                }
                Found::Tree(plan) if confirmed.has(number, &plan.identity()) => {
                    self.delete_tree(place, *plan)?;
                }
                Found::File(_) | Found::Tree(_) => {
                    let error = DeleteError::Swapped { restored: Restored::Untouched };
                    self.tally.say_refused(place, place.name(), &error)?;
                }
                Found::Refused(error) => self.tally.say_refused(place, place.name(), &error)?,
            }
        }
        self.tally.cancelled(self.cancel)?;
        self.tally.end()
    }

    fn delete_file(&self, place: &Place, plan: DeletePlan) -> Result<(), Failure> {
        let watched = Watched::new(self.voice, self.cancel);
        let report = plan
            .require(self.require())
            .execute_watched(&|progress| watched.bytes(progress.done, progress.total));
        drop(watched);
        self.tally.say_file(place, &report)
    }

    fn delete_tree(&self, place: &Place, plan: TreePlan) -> Result<(), Failure> {
        let watched = Watched::new(self.voice, self.cancel);
        // Who cannot be told any more how it goes, would not want it to go on.
        let failure = Mutex::new(None);
        let said = |said: Result<(), Failure>| match said {
            Ok(()) => watched.files(self.tally.files()),
            Err(error) => {
                failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                ControlFlow::Break(())
            }
        };
        let watch = |event: TreeEvent<'_>| match event {
            TreeEvent::File(report) => said(self.tally.say_file(place, report)),
            TreeEvent::Refused { path, error } => {
                said(self.tally.say_refused(place, Path::new(path.as_os_str()), error))
            }
            TreeEvent::Folder(report) => said(self.tally.say_folder(place, report)),
            _ => watched.files(self.tally.files()),
        };
        let report = plan.require(self.require()).execute_watched(&watch);
        drop(watched);
        if let Some(failure) = failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(failure);
        }
        self.tally.say_tree(place, &report)
    }
}
