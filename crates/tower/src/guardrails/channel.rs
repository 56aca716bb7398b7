//! One text of a choice, which comes in pieces.

use super::path::{self, Step};
use super::settings::Job;
use super::sieve::Sieve;
use stockade_guardrails::{Action, Direction, StreamGuard, StreamStep, Verdict};

pub(super) struct Channel {
    pub(super) choice: u64,
    pub(super) way: Vec<Step>,
    read: Read,
}

enum Read {
    /// What is certain passes at once.
    Stream(Box<StreamGuard>),
    /// The arguments of a call, of which nothing passes before the end: what they say is known once their JSON is.
    Whole(String),
}

/// What is left at the end.
pub(super) struct End {
    /// What may still be passed on.
    pub(super) rest: String,
    pub(super) verdict: Option<Verdict>,
}

/// A way that is written out with each piece has no more bytes of names.
const MAX_WAY: usize = 1024;

impl Channel {
    /// Nothing for a way that is too long to be repeated.
    pub(super) fn text(job: &Job, choice: u64, way: &[Step]) -> Option<Self> {
        let guard = job.guard.stream(&job.asker.ask(Direction::Output));
        Self::new(choice, way, Read::Stream(Box::new(guard)))
    }

    pub(super) fn call(choice: u64, way: &[Step]) -> Option<Self> {
        Self::new(choice, way, Read::Whole(String::new()))
    }

    fn new(choice: u64, way: &[Step], read: Read) -> Option<Self> {
        (path::length(way) <= MAX_WAY).then(|| Self { choice, way: way.to_vec(), read })
    }

    /// Leaves of `text` what may be passed on by now; whether that is the end.
    pub(super) fn push(&mut self, text: &mut String) -> bool {
        let (passed, stops) = match &mut self.read {
            Read::Stream(guard) => match guard.push(text) {
                StreamStep::Pass(passed) => (passed, false),
                StreamStep::Stop(passed, _) => (passed, true),
            },
            Read::Whole(held) => {
                held.push_str(text);
                ("", false)
            }
        };
        *text = passed.to_owned();
        stops
    }

    pub(super) fn finish(self, job: &Job) -> End {
        match self.read {
            Read::Stream(guard) => {
                let end = guard.finish();
                End { rest: end.rest, verdict: Some(end.verdict) }
            }
            Read::Whole(mut held) => {
                let mut sieve = Sieve::new(job, Direction::Output);
                sieve.piece(path::Piece::Call(&mut held));
                End { rest: held, verdict: sieve.worst }
            }
        }
    }

    /// Whether this is what a text or call at `way` of `choice` goes on with.
    pub(super) fn is(&self, choice: u64, way: &[Step]) -> bool {
        self.choice == choice && same(&self.way, way)
    }

    pub(super) fn is_content(&self) -> bool {
        matches!(&*self.way, [Step::Key(delta), Step::Key(content), ..] if delta == "delta" && content == "content")
    }
}

impl End {
    /// What keeps the choice back, if something does.
    pub(super) fn stops(&self) -> Option<&Verdict> {
        self.verdict.as_ref().filter(|verdict| verdict.action >= Action::Block)
    }
}

/// The same text, whatever kind it says to be of.
fn same(one: &[Step], other: &[Step]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|steps| match steps {
            (Step::Key(one), Step::Key(other)) => one == other,
            (Step::Item { index: Some(one), .. }, Step::Item { index: Some(other), .. }) => one == other,
            (Step::Item { index: None, place: one, .. }, Step::Item { index: None, place: other, .. }) => {
                one == other
            }
            _ => false,
        })
}

/// Names of functions are not cut into pieces: clients would not put them together.
pub(super) fn is_name(way: &[Step]) -> bool {
    matches!(way, [.., Step::Key(last)] if last == "name")
}
