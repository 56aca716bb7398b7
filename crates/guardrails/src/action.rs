use serde::{Deserialize, Serialize};

/// What is to be done with a text, the mildest first: of several findings the greatest decides.
///
/// ```
/// use stockade_guardrails::Action;
/// // An emergency is answered even where another rule would block.
/// assert!(Action::Escalate > Action::Block);
/// ```
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It may pass as it is.
    Allow,
    /// It may pass once what was found is taken out of it.
    Redact,
    /// It may not pass.
    Block,
    /// It may not pass, and somebody or something else has to answer now: an emergency, a person in danger.
    Escalate,
}
