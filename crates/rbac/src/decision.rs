//! What a policy says.

use stockade_core::Problem;

/// Whether a principal may. There is no third answer, and none that is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a decision that nobody reads protects nothing"]
pub enum Decision {
    /// A role that the principal holds covers the permission.
    Allow,
    /// None does.
    Deny(DenyReason),
}

/// Why not: for the audit log. The world gets one answer whatever the reason, so that nobody learns the policy by probing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum DenyReason {
    /// The principal holds no role.
    #[error("the caller holds no role")]
    NoRoles,
    /// The policy defines none of the roles that the principal holds: the credential is older than the policy, or the policy
    /// lacks a role.
    #[error("the policy defines none of the caller's roles")]
    UnknownRole,
    /// The roles are known, and none covers the permission.
    #[error("no role of the caller grants the permission")]
    NotGranted,
    /// A role covers it, and none of the scopes of the credential does: an API key for something else.
    #[error("no scope of the caller's credential covers the permission")]
    OutOfScope,
}

impl Decision {
    /// For `?`: nothing, or the reason.
    ///
    /// # Errors
    /// The decision is to deny.
    pub fn into_result(self) -> Result<(), DenyReason> {
        match self {
            Self::Allow => Ok(()),
            Self::Deny(reason) => Err(reason),
        }
    }
}

impl DenyReason {
    /// The stable code that stands in audit events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRoles => "no_roles",
            Self::UnknownRole => "unknown_role",
            Self::NotGranted => "not_granted",
            Self::OutOfScope => "out_of_scope",
        }
    }
}

impl From<DenyReason> for Problem {
    fn from(_: DenyReason) -> Self {
        Self::forbidden()
    }
}

impl From<&DenyReason> for Problem {
    fn from(_: &DenyReason) -> Self {
        Self::forbidden()
    }
}
