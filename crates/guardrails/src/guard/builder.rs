use super::detect::{self, Detect};
use super::personal::Finders;
use super::{Guard, Inner, Scorer};
use crate::pii::Pii;
use crate::rule::{BookBuilder, TooMuch};
use crate::secrets::Secrets;
use crate::{AllowedHosts, Canary, LexiconError, Policy};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use stockade_core::Problem;

/// How long a text may be unless the builder is told otherwise: 1 MiB, several times the largest context that a model reads at once
/// in practice, in bytes.
pub const MAX_INPUT: usize = 1024 * 1024;

/// What a [`Guard`] is made of.
#[derive(Clone)]
pub struct GuardBuilder {
    pub(super) policies: Vec<Policy>,
    scorer: Option<Arc<dyn Scorer>>,
    max_input: usize,
    hosts: Arc<AllowedHosts>,
    finders: Finders,
    canary: Option<Canary>,
}

/// Why no guard can be made of the policies given.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GuardError {
    /// A rule names a detector that does not exist, or not with the features that are on.
    #[error("rule `{rule}`: there is no detector `{kind}`")]
    UnknownDetector {
        /// The rule.
        rule: String,
        /// What it names.
        kind: String,
    },
    /// Two policies have one name.
    #[error("two policies are called `{0}`")]
    Twice(String),
    /// All policies together are too large.
    #[error("the policies have too many {0}")]
    TooLarge(&'static str),
    /// Their terms cannot be compiled.
    #[error("the terms of the policies cannot be compiled")]
    Lexicon(#[from] LexiconError),
}

impl GuardBuilder {
    pub(super) fn new() -> Self {
        Self {
            policies: Vec::new(),
            scorer: None,
            max_input: MAX_INPUT,
            hosts: Arc::default(),
            finders: Finders::default(),
            canary: None,
        }
    }

    /// Adds a policy.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policies.push(policy);
        self
    }

    /// Adds policies.
    #[must_use]
    pub fn policies(mut self, policies: impl IntoIterator<Item = Policy>) -> Self {
        self.policies.extend(policies);
        self
    }

    /// The model that policies with `model = …` ask.
    #[must_use]
    pub fn scorer(self, scorer: Arc<dyn Scorer>) -> Self {
        Self { scorer: Some(scorer), ..self }
    }

    /// How many bytes of a text are looked at; a longer text is a failed check, which each policy's `on_failure` decides. The standard
    /// is [`MAX_INPUT`].
    #[must_use]
    pub fn max_input(self, bytes: usize) -> Self {
        Self { max_input: bytes, ..self }
    }

    /// Hosts that URLs in answers may name. The standard is none.
    #[must_use]
    pub fn allow_hosts(self, hosts: AllowedHosts) -> Self {
        Self { hosts: Arc::new(hosts), ..self }
    }

    /// What finds personal data where a rule asks for it. The standard is [`Pii::new`]; kinds that it was told to leave out are found
    /// by no rule.
    #[must_use]
    pub fn pii(mut self, pii: Pii) -> Self {
        self.finders.pii = Some(Arc::new(pii));
        self
    }

    /// What finds secrets where a rule asks for them. The standard is [`Secrets::new`].
    #[must_use]
    pub fn secrets(mut self, secrets: Secrets) -> Self {
        self.finders.secrets = Some(Arc::new(secrets));
        self
    }

    /// The canary that stands in the system prompt, for policies with `detect = ["canary"]`. Without one these find no canary; several
    /// prompts may share one.
    #[must_use]
    pub fn canary(self, canary: Canary) -> Self {
        Self { canary: Some(canary), ..self }
    }

    /// Compiles the policies. Costs milliseconds for thousands of terms; a guard is meant to be kept.
    ///
    /// # Errors
    /// [`GuardError`] for detectors that are not there, for two policies of one name, and for more than can be compiled.
    pub fn build(mut self) -> Result<Guard, GuardError> {
        let mut names = BTreeSet::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut detectors: Vec<Arc<dyn Detect>> = Vec::new();
        let mut book = BookBuilder::default();
        for (place, policy) in self.policies.iter().enumerate() {
            if !names.insert(policy.name()) {
                return Err(GuardError::Twice(policy.name().to_owned()));
            }
            for (rule, kind) in
                policy.body.rules.iter().flat_map(|rule| rule.detect.iter().map(move |kind| (rule, kind)))
            {
                if places.contains_key(kind) {
                    continue;
                }
                let canary = detect::canary(kind, self.canary.as_ref());
                let found = canary
                    .or_else(|| detect::detector(kind, &self.hosts, &mut self.finders))
                    .ok_or_else(|| GuardError::UnknownDetector {
                        rule: rule.id.to_string(),
                        kind: kind.escape_debug().to_string(),
                    })?;
                places.insert(kind.clone(), detectors.len());
                detectors.push(found);
            }
            let detect =
                |kinds: &[String]| kinds.iter().filter_map(|kind| places.get(kind).copied()).collect();
            book.policy(place, &policy.body, |rule| detect(&rule.detect))
                .map_err(|TooMuch(what)| GuardError::TooLarge(what))?;
        }
        let book = book.build()?;
        let Self { policies, scorer, max_input, .. } = self;
        Ok(Guard { inner: Arc::new(Inner { policies, book, detectors, scorer, max_input }) })
    }
}

impl fmt::Debug for GuardBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.policies.iter().map(Policy::name).collect::<Vec<_>>();
        f.debug_struct("GuardBuilder").field("policies", &names).finish_non_exhaustive()
    }
}

impl From<&GuardError> for Problem {
    fn from(_: &GuardError) -> Self {
        Self::invalid_field("policy", "invalid_policy", "no guard can be made of these policies")
    }
}
