use http::request;
use std::fmt;
use std::sync::Arc;
use stockade_core::RequestId;
use stockade_guardrails::{Action, Ask, Direction, Guard, GuardSource, Verdict};

/// Who asks, as far as policies want to know. Empty by default: rules that forbid hold for everybody then, and rules that allow for nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asker {
    /// By which policies may tell people apart.
    pub role: Option<String>,
    /// What the conversation is about, if the application knows.
    pub topic: Option<String>,
    /// For telephone numbers in canned answers: ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

impl Asker {
    pub(super) fn ask(&self, direction: Direction) -> Ask<'_> {
        let ask = match direction {
            Direction::Input => Ask::input(),
            Direction::Output => Ask::output(),
        };
        Ask {
            role: self.role.as_deref(),
            topic: self.topic.as_deref(),
            country: self.country.as_deref(),
            ..ask
        }
    }
}

pub(super) type Who = dyn Fn(&request::Parts) -> Asker + Send + Sync;
pub(super) type Watch = dyn Fn(Direction, &Verdict, Option<&RequestId>) + Send + Sync;

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) guards: GuardSource,
    pub(super) who: Option<Arc<Who>>,
    pub(super) watch: Option<Arc<Watch>>,
    pub(super) refusal: Arc<str>,
    pub(super) max_request: usize,
    pub(super) max_answer: usize,
    pub(super) trusts_system: bool,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("guards", &self.guards)
            .field("max_request", &self.max_request)
            .field("max_answer", &self.max_answer)
            .finish_non_exhaustive()
    }
}

/// What is known of one request.
pub(super) struct Job {
    pub(super) settings: Arc<Settings>,
    pub(super) guard: Guard,
    pub(super) asker: Asker,
    pub(super) request_id: Option<RequestId>,
    /// How many answers were asked for.
    pub(super) choices: u64,
}

impl Job {
    pub(super) fn watch(&self, direction: Direction, verdict: &Verdict) {
        if let Some(watch) = &self.settings.watch {
            watch(direction, verdict, self.request_id.as_ref());
        }
    }

    /// What is said instead of what `verdict` keeps back.
    pub(super) fn instead<'a>(&'a self, verdict: Option<&'a Verdict>) -> &'a str {
        verdict.and_then(|verdict| verdict.answer.as_deref()).unwrap_or(&self.settings.refusal)
    }
}

/// Judges texts one after the other, and remembers the worst.
pub(super) struct Sieve<'a> {
    guard: &'a Guard,
    ask: Ask<'a>,
    pub(super) worst: Option<Verdict>,
    /// Something was taken out.
    pub(super) changed: bool,
}

impl<'a> Sieve<'a> {
    pub(super) fn new(job: &'a Job, direction: Direction) -> Self {
        Self { guard: &job.guard, ask: job.asker.ask(direction), worst: None, changed: false }
    }

    /// Takes out of `text` what may not pass.
    pub(super) fn sift(&mut self, text: &mut String) {
        if text.is_empty() {
            return;
        }
        let verdict = self.guard.check(text, &self.ask);
        if verdict.action == Action::Redact {
            *text = self.guard.redact(text, &verdict);
            self.changed = true;
        }
        self.keep(verdict);
    }

    /// Judges a text that nobody sends as it stands: only what keeps it back counts.
    pub(super) fn weigh(&mut self, text: &str) {
        let verdict = self.guard.check(text, &self.ask);
        if verdict.action >= Action::Block {
            self.keep(verdict);
        }
    }

    pub(super) fn keep(&mut self, verdict: Verdict) {
        let weight = |verdict: &Verdict| (verdict.action, verdict.answer.is_some(), verdict.findings.len());
        if self.worst.as_ref().is_none_or(|worst| weight(&verdict) > weight(worst)) {
            self.worst = Some(verdict);
        }
    }

    /// Whether all of it is kept back.
    pub(super) fn withholds(&self) -> bool {
        self.worst.as_ref().is_some_and(|worst| worst.action >= Action::Block)
    }
}
