//! The steps of an overwriting, one after the other.

use super::direct::Access;
use super::feed::Bounds;
use super::stream::Stream;
use super::throttle::Meter;
use super::transfer::patiently;
use super::work::{Outcome, Work};
use super::{Job, Overwrite, PassReport, Position, ReadBack, Slack, Stage, Target};
use crate::policy::Verify;
use std::io;

/// Does all of it: each pass, a sync after each, the reading back. Never panics on what a target answers. Gives a pass up before its
/// end for the watcher, and where nothing succeeds any more: what could not be done is in the report.
pub(crate) fn overwrite(target: &dyn Target, job: &Job<'_>) -> Overwrite {
    let mut run = Run::new(target, job);
    while run.write_pass() == Step::Written {
        run.note_sync(sync(target));
    }
    run.read_back();
    run.finish()
}

/// Whether there was something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Step {
    /// A pass was written; it has to be synced, and [`Run::note_sync`] has to be told.
    Written,
    /// All passes are written, or the watcher ended the run.
    Nothing,
}

/// An overwriting, step by step, for who syncs many files by one call:
/// [`write_pass`](Self::write_pass) and [`note_sync`](Self::note_sync) in turn, [`read_back`](Self::read_back), [`finish`](Self::finish).
pub(crate) struct Run<'a> {
    access: Access<'a>,
    job: &'a Job<'a>,
    bounds: Bounds,
    meter: Option<Meter<'a>>,
    report: Overwrite,
    /// Where the next pass begins.
    position: Position,
    synced: Position,
    /// How long the file must be.
    expected_len: u64,
    /// How many bytes of data each pass has to find.
    data: Option<u64>,
    slack_written: bool,
}

impl<'a> Run<'a> {
    /// Writes nothing yet.
    pub(crate) fn new(target: &'a dyn Target, job: &'a Job<'a>) -> Self {
        let bounds = Bounds::of(job);
        let start = job.resume.unwrap_or(Position::START);
        let report = Overwrite {
            asked: u32::try_from(job.passes.len()).unwrap_or(u32::MAX),
            resumed_from: job.resume,
            ..Overwrite::default()
        };
        let mut run = Self {
            access: Access::new(target, bounds.end),
            job,
            bounds,
            meter: job.throttle.clone().map(Meter::new),
            report,
            position: start,
            synced: Position { pass: start.pass, offset: 0 },
            expected_len: bounds.len,
            data: None,
            slack_written: false,
        };
        // A run that was killed may have appended the slack.
        if job.resume.is_some() && patiently(|| target.len()).is_ok_and(|len| len == bounds.end) {
            run.expected_len = bounds.end;
        }
        run.check_len();
        run
    }

    /// Writes the next pass.
    pub(crate) fn write_pass(&mut self) -> Step {
        let index = self.position.pass as usize;
        let Some(pass) = self.job.passes.get(index).filter(|_| !self.report.cancelled) else {
            return Step::Nothing;
        };
        let from = self.position.offset;
        let outcome = self.work(Stage::Writing, index).run(from);
        self.note_data(&outcome, from);
        let Outcome { tally, cancelled, .. } = outcome;
        self.report.bytes += tally.bytes;
        self.report.failed.add_all(&tally.failed);
        self.note_error(tally.first_error);
        self.report.cancelled = cancelled;
        self.expected_len = self.expected_len.max(tally.high);
        self.slack_written = tally.high >= self.bounds.end;
        self.report.passes.push(PassReport {
            pattern: pass.pattern(),
            bytes: tally.bytes,
            synced: false,
            direct: self.access.is_direct(),
        });
        if cancelled {
            return Step::Nothing;
        }
        self.position = Position { pass: self.position.pass.saturating_add(1), offset: 0 };
        Step::Written
    }

    /// Takes down how the sync after a pass went.
    pub(crate) fn note_sync(&mut self, result: io::Result<()>) {
        match (result, self.report.passes.last_mut()) {
            (Ok(()), Some(pass)) => {
                pass.synced = true;
                self.synced = self.position;
            }
            (Err(error), _) => self.note_error(Some(error.to_string())),
            (Ok(()), None) => {}
        }
        self.check_len();
    }

    /// Reads back what the last pass wrote, where that was asked for and all passes are written.
    pub(crate) fn read_back(&mut self) {
        let last = self.job.passes.len().checked_sub(1);
        let written = self.position.pass >= self.report.asked;
        let (Some(last), Verify::LastPass, true, false) =
            (last, self.job.verify, written, self.report.cancelled)
        else {
            return;
        };
        if !self.access.is_direct() {
            self.access.target.forget(0, self.bounds.end);
        }
        let outcome = self.work(Stage::Verifying, last).run(0);
        self.note_data(&outcome, 0);
        let Outcome { tally, cancelled, .. } = outcome;
        self.note_error(tally.first_error);
        self.report.cancelled = cancelled;
        self.report.read_back = match (tally.differs, tally.failed) {
            (differs, failed) if !differs.is_empty() => {
                ReadBack::Differs { ranges: differs, unreadable: failed }
            }
            (_, failed) if !failed.is_empty() => ReadBack::Unreadable { ranges: failed },
            _ if cancelled => ReadBack::NotDone,
            _ => ReadBack::Matches { bytes: tally.bytes },
        };
        self.check_len();
    }

    /// Cuts off what was appended to cover the slack, unless somebody else changed the length too, and reports.
    pub(crate) fn finish(mut self) -> Overwrite {
        self.access.turn_off();
        let target = self.access.target;
        let Bounds { len, end, block, .. } = self.bounds;
        let appended = self.expected_len > len;
        let ours = patiently(|| target.len()).is_ok_and(|now| now == self.expected_len);
        let cut = if appended && ours { patiently(|| target.set_len(len)) } else { Ok(()) };
        let left = appended && (!ours || cut.is_err());
        self.note_error(cut.err().map(|error| error.to_string()));
        let bytes = len.checked_next_multiple_of(block).unwrap_or(len).max(end) - len;
        self.report.slack = if bytes == 0 || ends_with_hole(target, len) {
            Slack::None
        } else if !self.slack_written || end == len {
            Slack::NotCovered { bytes }
        } else if left {
            Slack::CoveredAndLeft { bytes }
        } else {
            Slack::Covered { bytes }
        };
        self.report
    }

    fn work(&self, stage: Stage, stream: usize) -> Work<'_> {
        let rounds = u64::from(self.report.asked) + u64::from(self.job.verify == Verify::LastPass);
        Work {
            access: &self.access,
            bounds: self.bounds,
            stage,
            stream: Stream::of(self.job.passes, stream, self.job.seed),
            watch: self.job.watch,
            meter: self.meter.as_ref(),
            pass: self.position.pass,
            synced: self.synced,
            total: rounds.saturating_mul(self.bounds.end),
        }
    }

    /// Every walk over the whole file must find as much data as the first. Where it finds less, some was punched out or cut
    /// off without having been written over; where it finds more, somebody writes.
    fn note_data(&mut self, outcome: &Outcome, from: u64) {
        let Some(found) = outcome.found.filter(|_| !outcome.cancelled && from == 0) else { return };
        let before = *self.data.get_or_insert(found);
        self.report.length_changed |= before != found;
    }

    fn check_len(&mut self) {
        match patiently(|| self.access.target.len()) {
            Ok(len) => self.report.length_changed |= len != self.expected_len,
            Err(error) => {
                self.report.length_changed = true;
                self.note_error(Some(error.to_string()));
            }
        }
    }

    fn note_error(&mut self, error: Option<String>) {
        self.report.first_error = self.report.first_error.take().or(error);
    }
}

/// A sync that was interrupted says nothing; one that failed must not be asked again, because the system forgets what failed.
fn sync(target: &dyn Target) -> io::Result<()> {
    patiently(|| target.sync())
}

fn ends_with_hole(target: &dyn Target, len: u64) -> bool {
    len.checked_sub(1).is_some_and(|last| matches!(patiently(|| target.next_segment(last)), Ok(None)))
}
