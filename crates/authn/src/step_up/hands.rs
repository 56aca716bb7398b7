//! Whether the person is there at all.

use stockade_core::{Principal, PrincipalKind, Problem, ProblemKind};

/// Whether a request comes from the person that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a decision that nobody reads protects nothing"]
pub enum Hands {
    /// It does.
    Own,
    /// It comes from somebody or something else.
    Borrowed(Borrowed),
}

/// By what hands else. Signing in again does not help against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Borrowed {
    /// By a program with an API key or a credential of its own.
    #[error("a program asks, not a person")]
    Program,
    /// By somebody who acts in the person's name.
    #[error("somebody else acts in the person's name")]
    Impersonator,
}

/// The rule for whatever touches credentials (password, second factor, API keys, sessions, address): only their owner may, in
/// person. An administrator who impersonates, and a stolen API key, would otherwise turn a borrowed identity into one to keep.
pub fn require_own_hands(principal: &Principal) -> Hands {
    if principal.kind() != PrincipalKind::User {
        Hands::Borrowed(Borrowed::Program)
    } else if principal.actor().is_some() {
        Hands::Borrowed(Borrowed::Impersonator)
    } else {
        Hands::Own
    }
}

impl Hands {
    /// For `?`: nothing, or by what hands else.
    ///
    /// # Errors
    /// They are not the person's own.
    pub fn into_result(self) -> Result<(), Borrowed> {
        match self {
            Self::Own => Ok(()),
            Self::Borrowed(by) => Err(by),
        }
    }
}

impl Borrowed {
    /// The stable code that stands in audit events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Program => "not_in_person",
            Self::Impersonator => "impersonator",
        }
    }
}

impl From<&Borrowed> for Problem {
    fn from(_: &Borrowed) -> Self {
        Self::new(
            ProblemKind::Forbidden,
            "in_person_only",
            "only the owner of the account may do this, signed in themselves",
        )
    }
}

impl From<Borrowed> for Problem {
    fn from(by: Borrowed) -> Self {
        Self::from(&by)
    }
}
