//! A policy in code reads as it does in TOML: a role, then what it grants and inherits, then the next.

use super::{Policy, PolicyError, compile};

/// A role as somebody wrote it, nothing checked.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) grants: Vec<String>,
    pub(super) inherits: Vec<String>,
}

/// A policy in the making, before its first role. See [`Policy::builder`].
#[derive(Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct PolicyBuilder(());

impl PolicyBuilder {
    pub(super) fn new() -> Self {
        Self(())
    }

    /// Begins the first role.
    pub fn role(self, name: impl Into<String>) -> RoleBuilder {
        RoleBuilder::begin(Vec::new(), name.into())
    }
}

/// A policy in the making: what is said applies to the role named last.
#[derive(Debug)]
#[must_use = "a builder does nothing until it is built"]
pub struct RoleBuilder {
    done: Vec<Draft>,
    role: Draft,
}

impl RoleBuilder {
    fn begin(done: Vec<Draft>, name: String) -> Self {
        Self { done, role: Draft { name, ..Draft::default() } }
    }

    /// Adds grants to the role: permissions, or patterns as [`Grant`](crate::Grant) reads them.
    pub fn grants<G: AsRef<str>>(mut self, grants: impl IntoIterator<Item = G>) -> Self {
        self.role.grants.extend(grants.into_iter().map(|grant| grant.as_ref().to_owned()));
        self
    }

    /// Lets the role have all that these roles have. They may be named before or after.
    pub fn inherits<R: AsRef<str>>(mut self, parents: impl IntoIterator<Item = R>) -> Self {
        self.role.inherits.extend(parents.into_iter().map(|parent| parent.as_ref().to_owned()));
        self
    }

    /// Begins the next role.
    pub fn role(mut self, name: impl Into<String>) -> Self {
        self.done.push(self.role);
        Self::begin(self.done, name.into())
    }

    /// Checks the whole and makes it a policy.
    ///
    /// # Errors
    /// The first rule that the policy breaks; see [`PolicyError`].
    pub fn build(mut self) -> Result<Policy, PolicyError> {
        self.done.push(self.role);
        compile::policy(self.done)
    }
}
