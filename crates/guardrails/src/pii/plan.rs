use std::fmt;

/// What is known of the telephone numbers of the world, or of the countries that one's users live in.
///
/// Without a plan, numbers are told by how they are written and by the words beside them. A plan refuses what no telephone can
/// have, and knows numbers that nothing else gives away.
pub trait NumberingPlan: Send + Sync + fmt::Debug {
    /// Whether there may be such a telephone. `number` is as it stands in the text: digits, separators, perhaps a `+` before
    /// them and an extension after them, at most 64 bytes.
    ///
    /// A wrong [`Numbering::Assigned`] takes a number out of the text that was none; a wrong [`Numbering::Unassigned`] leaves
    /// somebody's number in it. It is asked for every candidate, so it should answer within microseconds.
    fn look_up(&self, number: &str) -> Numbering;
}

/// What a numbering plan says of a number.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    /// There may be such a telephone: it is one wherever it stands, unless a word beside it says that it is another number.
    Assigned,
    /// There can be none. Only numbers with a country code are refused for it: the others may be of a country not asked about.
    Unassigned,
    /// The plan cannot tell.
    Unknown,
}
