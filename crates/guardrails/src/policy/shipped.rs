//! The policies that come with the crate.

use super::{Policy, PolicyError};

const FILES: &[(&str, &str)] = &[
    ("emergency", include_str!("../../policies/emergency.toml")),
    ("medical", include_str!("../../policies/medical.toml")),
    ("medical-output", include_str!("../../policies/medical-output.toml")),
    ("output-safety", include_str!("../../policies/output.toml")),
    ("pii", include_str!("../../policies/pii.toml")),
    ("prompt-injection", include_str!("../../policies/prompt-injection.toml")),
    ("secrets", include_str!("../../policies/secrets.toml")),
    ("self-harm", include_str!("../../policies/self-harm.toml")),
    ("system-prompt-leak", include_str!("../../policies/system-prompt-leak.toml")),
];

impl Policy {
    /// The names that [`shipped`](Self::shipped) knows.
    pub fn shipped_names() -> impl Iterator<Item = &'static str> {
        FILES.iter().map(|(name, _)| *name)
    }

    /// One of the policies that come with this crate.
    ///
    /// # Errors
    /// [`PolicyError::NotShipped`] for another name.
    pub fn shipped(name: &str) -> Result<Self, PolicyError> {
        Self::parse(Self::shipped_source(name)?)
    }

    /// The text of a shipped policy, to start one's own from.
    ///
    /// # Errors
    /// [`PolicyError::NotShipped`] for another name.
    pub fn shipped_source(name: &str) -> Result<&'static str, PolicyError> {
        let found = FILES.iter().find(|(shipped, _)| *shipped == name);
        found.map(|(_, text)| *text).ok_or_else(|| PolicyError::NotShipped(name.chars().take(64).collect()))
    }
}
