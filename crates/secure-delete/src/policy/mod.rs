//! How a file is deleted, and what is done with what is not simply a file.

mod pattern;
mod preset;
#[cfg(test)]
mod tests;

pub use pattern::{Pass, Pattern, Verify};

/// The most passes of a policy: as many as Gutmann's scheme of 1996 has, which is the longest ever published.
pub const MAX_PASSES: usize = 35;
/// The most renames of a policy. Each costs a sync of the folder.
pub const MAX_RENAMES: u8 = 16;

/// How a file is deleted.
///
/// The default is one random pass that is read back, and one rename: NIST SP 800-88r2 asks one pass of Clear, and more passes
/// bring nothing on any medium of this century. What is dangerous or weak has to be spelled out.
///
/// ```
/// use stockade_secure_delete::{Pass, Policy};
/// assert_eq!(Policy::default().passes(), [Pass::RANDOM]);
/// assert!(Policy::default().with_passes(vec![Pass::ZEROS; 36]).is_err());
/// ```
/// What is read from a configuration is held to the same limits.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Policy {
    passes: Vec<Pass>,
    verify: Verify,
    renames: u8,
    other_names: OtherNames,
    cross_mounts: bool,
}

/// A policy as it is read.
#[derive(serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Unchecked {
    passes: Vec<Pass>,
    verify: Verify,
    renames: u8,
    other_names: OtherNames,
    cross_mounts: bool,
}

impl Default for Unchecked {
    fn default() -> Self {
        let Policy { passes, verify, renames, other_names, cross_mounts } = Policy::default();
        Self { passes, verify, renames, other_names, cross_mounts }
    }
}

impl TryFrom<Unchecked> for Policy {
    type Error = InvalidPolicy;

    fn try_from(read: Unchecked) -> Result<Self, InvalidPolicy> {
        let Unchecked { passes, verify, renames, other_names, cross_mounts } = read;
        let policy = Self { passes, verify, renames, other_names, cross_mounts };
        policy.validate().map(|()| policy)
    }
}

/// What is done with a name that is not a file's only name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OtherNames {
    #[default]
    Refuse,
    UnlinkOnlyThisName,
    DangerOverwriteAllNames,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            passes: vec![Pass::RANDOM],
            verify: Verify::LastPass,
            renames: 1,
            other_names: OtherNames::Refuse,
            cross_mounts: false,
        }
    }
}

impl Policy {
    /// Writes over the file by these passes, in this order. None at all means to unlink it only.
    ///
    /// # Errors
    /// More than [`MAX_PASSES`].
    pub fn with_passes(mut self, passes: Vec<Pass>) -> Result<Self, InvalidPolicy> {
        self.passes = passes;
        self.validate()?;
        Ok(self)
    }

    /// Whether the last pass is read back.
    #[must_use]
    pub fn verify(mut self, verify: Verify) -> Self {
        self.verify = verify;
        self
    }

    /// Renames the file so often to random names of the length of its own before it is unlinked, and syncs the folder each time,
    /// so that the entry of the folder that held the name is written again. Zero leaves the name in the folder's block.
    ///
    /// # Errors
    /// More than [`MAX_RENAMES`].
    pub fn with_renames(mut self, renames: u8) -> Result<Self, InvalidPolicy> {
        self.renames = renames;
        self.validate()?;
        Ok(self)
    }

    /// Of a symbolic link, a named pipe, a socket or a device node, and of one among several names of a file, removes only the
    /// name: what it leads to is left as it is, and the report says [`UnlinkedOnly`](crate::Level::UnlinkedOnly).
    #[must_use]
    pub fn unlink_only_this_name(mut self) -> Self {
        self.other_names = OtherNames::UnlinkOnlyThisName;
        self
    }

    /// Writes over files that have other names, and so destroys what those lead to. They stay, and lead to an empty file.
    #[must_use]
    pub fn danger_overwrite_all_names(mut self) -> Self {
        self.other_names = OtherNames::DangerOverwriteAllNames;
        self
    }

    /// Goes on where the path crosses into another mount beneath the root: a bind mount may lead anywhere.
    #[must_use]
    pub fn danger_cross_mounts(mut self) -> Self {
        self.cross_mounts = true;
        self
    }

    /// The passes, in their order.
    #[must_use]
    pub fn passes(&self) -> &[Pass] {
        &self.passes
    }

    /// Checks the limits. Every way to make a policy does so already; a configuration is refused when it is read.
    ///
    /// # Errors
    /// More passes or renames than are allowed.
    pub fn validate(&self) -> Result<(), InvalidPolicy> {
        match () {
            () if self.passes.len() > MAX_PASSES => Err(InvalidPolicy::Passes),
            () if self.renames > MAX_RENAMES => Err(InvalidPolicy::Renames),
            () => Ok(()),
        }
    }
}

#[cfg(target_os = "linux")]
impl Policy {
    pub(crate) fn verification(&self) -> Verify {
        self.verify
    }

    pub(crate) fn renames(&self) -> u8 {
        self.renames
    }

    pub(crate) fn other_names(&self) -> OtherNames {
        self.other_names
    }

    pub(crate) fn crosses_mounts(&self) -> bool {
        self.cross_mounts
    }
}

/// What is wrong with a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPolicy {
    /// More passes than [`MAX_PASSES`].
    #[error("more than {MAX_PASSES} passes")]
    Passes,
    /// More renames than [`MAX_RENAMES`].
    #[error("more than {MAX_RENAMES} renames")]
    Renames,
}
