//! Where the content lies, and whether writing over it reaches it.

mod reason;

pub use reason::Reason;

/// Whether what is written over a file goes where its content was.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "in_place", content = "reasons", rename_all = "kebab-case")]
#[must_use]
pub enum InPlace {
    /// It does.
    Proven,
    /// It does not.
    Not(Vec<Reason>),
    /// Nobody can tell.
    Unknown(Vec<Reason>),
}
