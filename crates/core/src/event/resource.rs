//! What it was done to.

use crate::text::one_line;

/// A thing that an event is about: its kind and, where it has one, its id.
///
/// ```
/// use stockade_core::Resource;
/// assert_eq!(Resource::new("invoice", "2024-17").to_string(), "invoice:2024-17");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Resource {
    /// The sort of thing, such as `account` or `session`.
    pub kind: String,
    /// Which one.
    pub id: String,
}

impl Resource {
    /// The most characters kept of a kind or an id.
    pub const MAX_TEXT: usize = 256;

    /// The thing of this kind with this id; both cut to [`MAX_TEXT`](Self::MAX_TEXT) and freed of control characters.
    pub fn new(kind: &str, id: impl std::fmt::Display) -> Self {
        Self { kind: one_line(kind.to_owned(), Self::MAX_TEXT), id: one_line(id.to_string(), Self::MAX_TEXT) }
    }
}

impl std::fmt::Display for Resource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}
