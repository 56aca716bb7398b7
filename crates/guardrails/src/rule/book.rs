use super::claims::Claims;
use crate::policy::Range;
use crate::{Action, Ask, Boundary, Lexicon, RuleId};
use std::sync::Arc;

/// The rules of all policies of a guard.
pub(crate) struct Book {
    /// `None` where no rule looks for terms.
    pub(crate) lexicon: Option<Lexicon>,
    pub(crate) rules: Vec<Rule>,
    pub(super) terms: Vec<TermInfo>,
    pub(super) uses: Vec<Use>,
    pub(super) contexts: Vec<Context>,
    /// What hits say of texts to a model, and of those from one.
    pub(super) claims: [Claims; 2],
    pub(super) ranges: Vec<Range>,
    pub(super) slots: usize,
    /// The contexts that what follows a hit can make.
    pub(super) made_after: u64,
    /// How many folded bytes after a hit it is clear which contexts it stands in.
    pub(super) horizon: u32,
}

/// One rule.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) policy: usize,
    pub(crate) id: RuleId,
    pub(crate) reason: Arc<str>,
    pub(crate) action: Action,
    pub(crate) answer: Option<Arc<str>>,
    pub(crate) score: Option<f32>,
    pub(crate) detect: Vec<usize>,
    pub(super) roles: Vec<String>,
    pub(super) topics: Vec<String>,
    pub(super) items: usize,
    pub(super) first_slot: usize,
    pub(super) within: Option<u32>,
    pub(super) ordered: bool,
    pub(super) unless: u64,
    pub(super) voidable: bool,
}

impl Rule {
    /// Whether it only says where other rules of its policy do not count.
    pub(crate) fn excuses(&self) -> bool {
        self.action == Action::Allow && self.score.is_none()
    }

    /// Whether it holds for the role and topic asked for.
    pub(crate) fn is_for(&self, ask: &Ask<'_>) -> bool {
        let holds = |wanted: &[String], given: Option<&str>| match given {
            _ if wanted.is_empty() => true,
            Some(given) => wanted.iter().any(|one| one == given),
            None => !self.excuses(),
        };
        holds(&self.roles, ask.role) && holds(&self.topics, ask.topic)
    }

    /// How many of its findings are kept. Of what blocks, a few say enough; what is taken out must be known in full.
    pub(super) fn keeps(&self) -> usize {
        match self.action {
            Action::Block | Action::Escalate => Self::FEW,
            Action::Allow if self.score.is_some() => Self::FEW,
            Action::Allow | Action::Redact => Self::MANY,
        }
    }

    const FEW: usize = 16;
    pub(crate) const MANY: usize = 4096;
}

/// What a hit of a term means, and where the list of that starts and ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct TermInfo {
    pub(super) first: usize,
    pub(super) end: usize,
    /// The contexts that its rules ask about.
    pub(super) needs: u64,
    /// Its length when folded.
    pub(super) len: u32,
    pub(super) boundary: Boundary,
}

/// One thing that a hit means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) what: What,
    /// Only where the number that follows is in this range.
    pub(super) range: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// It is one of these items of a rule, a bit for each.
    Item {
        rule: usize,
        items: u8,
    },
    /// It voids a rule.
    Not {
        rule: usize,
    },
    /// It opens a context, closes one behind a hit, or ends one.
    Before(usize),
    After(usize),
    Stop(usize),
}

#[derive(Debug)]
pub(super) struct Context {
    pub(super) reach: u32,
    pub(super) ends_at_comma: bool,
    pub(super) quoted: bool,
}
