//! What a store may say when it fails.

use std::error::Error;
use std::fmt;

/// A store could not carry out a decision. Opaque on purpose: callers branch on [`kind`](StoreError::kind), operators read
/// the source chain.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What the caller can do about a [`StoreError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The store is out of reach or overloaded. Nothing is known to have happened; a later try may succeed.
    Unavailable,
    /// Another writer won. The same call may succeed if made again.
    Conflict,
    /// What was read cannot be what was written. A person has to look.
    Corrupt,
}

impl StoreError {
    /// The store is out of reach.
    pub fn unavailable(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::Unavailable, source: Some(source.into()) }
    }

    /// Another writer won.
    pub fn conflict(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::Conflict, source: Some(source.into()) }
    }

    /// Stored data makes no sense.
    pub fn corrupt(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::Corrupt, source: Some(source.into()) }
    }

    /// What the caller can do about it.
    #[must_use]
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            StoreErrorKind::Unavailable => "the store is unavailable",
            StoreErrorKind::Conflict => "another writer changed the record",
            StoreErrorKind::Corrupt => "a stored record is corrupt",
        })
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_is_kept_and_not_repeated() {
        let error = StoreError::unavailable("connection refused");
        assert_eq!(error.to_string(), "the store is unavailable");
        assert_eq!(error.source().unwrap().to_string(), "connection refused");
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    }
}
