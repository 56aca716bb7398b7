//! Whose bounds hold for whom.

use super::GenerationPolicy;
use super::policy::GenerationPolicyError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A [`GenerationPolicy`] for each role, and one for everybody else.
///
/// ```
/// use stockade_guardrails::GenerationPolicies;
/// let policies: GenerationPolicies = toml::from_str(
///     "[everybody]\nmax_output_tokens = 200\n[roles.physician]\nmax_output_tokens = 2000",
/// )
/// .unwrap();
/// assert_eq!(policies.of(Some("physician")).max_output_tokens, 2000);
/// assert_eq!(policies.of(Some("intruder")).max_output_tokens, 200);
/// ```
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GenerationPolicies {
    /// For whoever has no policy of their own. Make it the strictest.
    pub everybody: GenerationPolicy,
    /// By the name of a role. Nothing is inherited: what a role's policy leaves out has its default.
    pub roles: BTreeMap<String, GenerationPolicy>,
}

impl GenerationPolicies {
    /// `policy` for everybody.
    #[must_use]
    pub fn same_for_all(policy: GenerationPolicy) -> Self {
        Self { everybody: policy, roles: BTreeMap::new() }
    }

    /// The policy of `role`.
    #[must_use]
    pub fn of(&self, role: Option<&str>) -> &GenerationPolicy {
        role.and_then(|role| self.roles.get(role)).unwrap_or(&self.everybody)
    }

    /// Says what is wrong, if anything.
    ///
    /// # Errors
    /// The first fault of any of them.
    pub fn validate(&self) -> Result<(), GenerationPolicyError> {
        self.everybody.validate()?;
        self.roles.values().try_for_each(GenerationPolicy::validate)
    }
}
