//! How a file is written.

/// How a file is written. The default refuses to overwrite and syncs: what it costs is the disk's time, what it saves is the
/// only copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct WriteOptions {
    /// What to do where the name is taken.
    pub existing: Existing,
    /// What must have happened before the call returns.
    pub durability: Durability,
}

impl WriteOptions {
    /// The same, with this for a name that is taken.
    #[must_use]
    pub fn existing(mut self, existing: Existing) -> Self {
        self.existing = existing;
        self
    }

    /// The same, with this durability.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }
}

/// What to do where the target's name is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Existing {
    /// Leave it alone, and fail. Decided in one step with taking the name, so that a race has one winner.
    #[default]
    Refuse,
    /// Replace it, if it is a regular file. Its mode and owner are not kept: the new file is its writer's, mode 0600. Readers
    /// who have the old one open keep the old one.
    Replace,
}

/// What must have happened before the call returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Durability {
    /// The file and its name are on the disk (`fsync` of both).
    #[default]
    Synced,
    /// The system has them, and writes them when it likes. A loss of power may leave an empty or partial file under the name;
    /// the death of this process does not.
    Unsynced,
}
