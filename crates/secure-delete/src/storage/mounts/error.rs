/// Why a line is not one of `/proc/self/mountinfo`.
///
/// It holds nothing of the line: mount points name people and projects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MountError {
    /// It is longer than [`Mount::MAX_LINE`](super::Mount::MAX_LINE).
    #[error("the line of the mount table is longer than {} bytes", super::Mount::MAX_LINE)]
    TooLong,
    /// A field is missing: there are at least ten with the separator.
    #[error("the line of the mount table lacks its `{0}`")]
    Missing(&'static str),
    /// A number is none.
    #[error("the line of the mount table has no number for its `{0}`")]
    NotANumber(&'static str),
}
