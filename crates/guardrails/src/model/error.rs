/// Why bytes are no model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// They do not begin as a weight file does, or begin as one of another version.
    #[error("no weight file of this version")]
    NotAModel,
    /// A weight file has one length, and this is another.
    #[error("the weight file has the wrong length")]
    Length,
    /// The checksum is another: the file was damaged.
    #[error("the weight file is damaged")]
    Checksum,
    /// A number that no training yields: not finite, or a curve that falls where it should rise.
    #[error("the weight file holds impossible numbers")]
    Numbers,
}
