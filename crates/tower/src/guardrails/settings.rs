use http::request;
use std::fmt;
use std::sync::Arc;
use stockade_core::RequestId;
use stockade_guardrails::{Ask, Direction, Guard, GuardSource, Verdict};

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
