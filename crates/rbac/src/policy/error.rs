//! Why a policy is refused.

use super::Policy;
use crate::InvalidPermission;
use std::error::Error;
use stockade_core::{InvalidText, RoleName};

/// Why a policy is refused when it is loaded. Nothing of a refused policy takes effect.
///
/// Names that are wrong are repeated escaped and cut short: they are the operator's own, and end in a log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The file has more than [`Policy::MAX_FILE`] bytes.
    #[error("the policy file has more than {} bytes", Policy::MAX_FILE)]
    FileTooLarge,
    /// The file is no TOML, or has keys that a policy does not have.
    #[error("the policy file cannot be read")]
    File(#[source] Box<dyn Error + Send + Sync>),
    /// There is no role, so nobody could do anything.
    #[error("the policy defines no role")]
    Empty,
    /// More than [`Policy::MAX_ROLES`] roles.
    #[error("the policy defines more than {} roles", Policy::MAX_ROLES)]
    TooManyRoles,
    /// More than [`Policy::MAX_GRANTS`] grants, inherited ones included.
    #[error("the policy comes to more than {} grants with all that is inherited", Policy::MAX_GRANTS)]
    TooManyGrants,
    /// A role, or a parent, has a name that no role can have.
    #[error("`{name}` cannot name a role")]
    RoleName {
        /// The name as written.
        name: String,
        /// The rule that it breaks.
        source: InvalidText,
    },
    /// A role is defined twice.
    #[error("the role `{role}` is defined twice")]
    DuplicateRole {
        /// Its name.
        role: RoleName,
    },
    /// A grant that is neither a permission nor a pattern.
    #[error("the role `{role}` cannot grant `{grant}`")]
    Grant {
        /// The role.
        role: RoleName,
        /// The grant as written.
        grant: String,
        /// The rule that it breaks.
        source: InvalidPermission,
    },
    /// A role inherits from one that is not defined.
    #[error("the role `{role}` inherits from `{parent}`, which is not defined")]
    UnknownParent {
        /// The heir.
        role: RoleName,
        /// The missing role.
        parent: RoleName,
    },
    /// Roles that inherit from themselves.
    #[error("roles inherit in a circle: {}", arrows(path))]
    Cycle {
        /// The circle, heir before parent; the first name comes again as the last.
        path: Vec<RoleName>,
    },
}

/// As much of a long circle as a log line bears: its beginning and its close.
fn arrows(path: &[RoleName]) -> String {
    const SHOWN: usize = 12;
    let mut steps: Vec<&str> = path.iter().take(SHOWN).map(RoleName::as_str).collect();
    let hidden = path.len().saturating_sub(SHOWN + 1);
    let more = format!("({hidden} more)");
    if hidden > 0 {
        steps.push(&more);
    }
    steps.extend(path.get(SHOWN..).and_then(<[_]>::last).map(RoleName::as_str));
    steps.join(" -> ")
}

/// A wrong name, fit for a log line.
pub(super) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 64;
    text.escape_debug().take(SHOWN).collect()
}
