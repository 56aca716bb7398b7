use sha2::{Digest, Sha256};
use std::fmt;

/// Which half of its set a row belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    /// May be read and trained on.
    Even,
    /// May only be counted.
    Odd,
}

impl Half {
    pub(crate) fn of(text: &str) -> Self {
        if Sha256::digest(text).first().is_some_and(|byte| byte % 2 == 1) { Self::Odd } else { Self::Even }
    }
}

/// The text of a row. `Debug` shows that of even rows only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Text(String);

impl Text {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn half(&self) -> Half {
        Half::of(&self.0)
    }

    /// For training and for lists of failures: nothing for an odd row.
    pub(crate) fn to_read(&self) -> Option<&str> {
        (self.half() == Half::Even).then_some(&*self.0)
    }

    /// For something that only judges. What it returns is to be counted.
    pub(crate) fn judge<T>(&self, judge: impl FnOnce(&str) -> T) -> T {
        judge(&self.0)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_read() {
            Some(text) => text.fmt(f),
            None => f.write_str("(odd)"),
        }
    }
}

/// A labelled text.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) text: Text,
    /// What is marked in it, where the set marks something: kind, first byte, byte after the last.
    pub(crate) marks: Vec<(String, usize, usize)>,
}

impl Row {
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self { text: Text::new(text), marks: Vec::new() }
    }
}
