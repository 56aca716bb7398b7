//! Who may what.

mod builder;
mod compile;
mod error;
mod file;
mod granted;
#[cfg(test)]
mod tests;

pub use builder::{PolicyBuilder, RoleBuilder};
pub use error::PolicyError;

use crate::grant::scope_covers;
use crate::{Decision, DenyReason, Permission};
use granted::Granted;
use std::collections::HashMap;
use stockade_core::{Principal, RoleName};

/// Roles and what they grant. Made once, checked whole, never changed: replace it by another to change the rules.
///
/// What is not granted is denied: there is no default role, no rule for the nameless, and no way to write either. A policy has no
/// negative grants, so a further role or a further grant never takes a permission away, and order means nothing.
///
/// In code:
///
/// ```
/// use stockade_rbac::{Decision, Permission, Policy, Principal};
/// let policy = Policy::builder()
///     .role("viewer").grants(["doc:read"])
///     .role("editor").inherits(["viewer"]).grants(["doc:write"])
///     .build()?;
/// let editor = Principal::user("user-1".parse()?).with_roles(["editor".parse()?]);
/// assert_eq!(policy.decide(&editor, &Permission::literal("doc:read")), Decision::Allow);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// **Cost.** Inheritance is resolved at load. A decision looks up each role of the principal once and the permission at most three
/// times in it; it takes no lock and no memory. It does not depend on the depth of the hierarchy.
#[derive(Debug, Clone)]
pub struct Policy {
    roles: HashMap<RoleName, Granted>,
}

impl Policy {
    /// The most bytes of a policy file: some thousand roles. Larger ones are refused before they are parsed.
    pub const MAX_FILE: usize = 256 * 1024;

    /// The most roles.
    pub const MAX_ROLES: usize = 10_000;

    /// The most grants, summed over all roles with what they inherit; a link to a parent counts as one. Bounds the memory of a
    /// policy (some 10 MB) and the time to load it, where a small file could spell out billions.
    pub const MAX_GRANTS: usize = 250_000;

    /// A policy written in code.
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder::new()
    }

    /// A policy read from TOML: a table `roles` with one table a role, each with the lists `grants` and `inherits`, both optional.
    /// A key that is neither is refused, so that a misspelt `grant` is not taken for an empty one.
    ///
    /// ```
    /// use stockade_rbac::Policy;
    /// let policy = Policy::from_toml(r#"
    ///     [roles.viewer]
    ///     grants = ["doc:read"]
    ///     [roles.admin]
    ///     inherits = ["viewer"]
    ///     grants = ["*:*"]
    /// "#)?;
    /// assert!(policy.defines(&"admin".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The text is too large or no such TOML, or the policy in it is refused; see [`PolicyError`].
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        compile::policy(file::read(text)?)
    }

    /// Whether `principal` may do what `permission` names.
    ///
    /// Allowed if one of the principal's roles, or a role that it inherits from, directly or not, has a grant that covers the
    /// permission. A role that the policy does not define grants nothing and spoils nothing.
    ///
    /// A principal with [scopes](Principal::scopes), such as an API key, needs a scope that covers the permission as well. A scope
    /// is read as a [`Grant`](crate::Grant): `invoice:read`, `invoice:*`, `*:read`, `*`. It takes away and never gives; one that is
    /// no grant covers nothing.
    pub fn decide(&self, principal: &Principal, permission: &Permission) -> Decision {
        if principal.roles().is_empty() {
            return Decision::Deny(DenyReason::NoRoles);
        }
        let mut known = principal.roles().iter().filter_map(|role| self.roles.get(role)).peekable();
        if known.peek().is_none() {
            return Decision::Deny(DenyReason::UnknownRole);
        }
        if !known.any(|granted| granted.covers(permission)) {
            return Decision::Deny(DenyReason::NotGranted);
        }
        match principal.scopes() {
            Some(scopes) if !scopes.iter().any(|scope| scope_covers(scope.as_str(), permission)) => {
                Decision::Deny(DenyReason::OutOfScope)
            }
            _ => Decision::Allow,
        }
    }

    /// Whether the policy has a role of this name: to be asked where roles are handed out.
    #[must_use]
    pub fn defines(&self, role: &RoleName) -> bool {
        self.roles.contains_key(role)
    }
}
