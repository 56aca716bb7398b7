use super::Reason;

/// Whether an overwrite went where the content lay.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "in_place", content = "reasons", rename_all = "kebab-case")]
#[must_use]
pub enum InPlace {
    /// Nothing that was read speaks against it, and all that might was read.
    Proven,
    /// At least one of the reasons excludes it; that one stands first.
    Not(Vec<Reason>),
    /// It may have, and may not have. Never without a reason.
    Unknown(Vec<Reason>),
}
