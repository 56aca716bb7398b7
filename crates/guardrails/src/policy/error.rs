use stockade_core::{Problem, ProblemKind};

/// Why a text is no policy. It fits in one line and says where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// More bytes than [`MAX_POLICY_BYTES`](crate::MAX_POLICY_BYTES); nothing was read.
    #[error("the policy has {size} bytes, more than the {limit} that are read")]
    TooLarge {
        /// How many there are.
        size: usize,
        /// How many are read.
        limit: usize,
    },
    /// No TOML, a key that the language does not have, or a value of another kind.
    #[error("line {line}, column {column}: {message}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in characters.
        column: usize,
        /// What the reader expected.
        message: String,
    },
    /// Well formed, but it makes no sense.
    #[error("{place}: {problem}")]
    Invalid {
        /// Which part, for instance ``rule `dosing` ``.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There is no shipped policy of this name.
    #[error("no policy `{0}` is shipped")]
    NotShipped(String),
}

impl PolicyError {
    pub(super) fn invalid(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Invalid { place: place.into(), problem: problem.into() }
    }

    pub(super) fn syntax(text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self::Syntax { line, column, message: error.message().replace(['\n', '\r'], " ") }
    }
}

impl From<&PolicyError> for Problem {
    fn from(error: &PolicyError) -> Self {
        match error {
            PolicyError::TooLarge { .. } => {
                Self::new(ProblemKind::TooLarge, "policy_too_large", "the policy is too large")
            }
            PolicyError::NotShipped(_) => Self::not_found(),
            PolicyError::Syntax { .. } | PolicyError::Invalid { .. } => {
                Self::invalid_field("policy", "invalid_policy", "this is no valid policy")
            }
        }
    }
}
