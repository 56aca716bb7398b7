//! A line of the table: a figure of ours, one of a peer, and how they compare.

use crate::measure::Medians;
use std::fmt;

/// What both were measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Unit {
    /// Less is better.
    #[serde(rename = "us")]
    Micros,
    /// More is better.
    #[serde(rename = "req/s")]
    RequestsPerSecond,
}

/// A comparison. As JSON it has exactly the members `id`, `ours`, `peer`, `peer_name`, `unit`, `ratio`, `runs`.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Row {
    /// Under which name the figure is known from issue to issue.
    pub id: &'static str,
    /// Our median.
    pub ours: f64,
    /// The peer's median.
    pub peer: f64,
    /// Who the peer is.
    pub peer_name: &'static str,
    /// What both are measured in.
    pub unit: Unit,
    /// How many times better we are, in either unit: `peer / ours` for times, `ours / peer` for throughputs. Above 1 we are
    /// faster.
    pub ratio: f64,
    /// How many samples each median is of.
    pub runs: usize,
}

impl Row {
    /// The row of these medians.
    #[must_use]
    pub fn new(
        id: &'static str,
        Medians { ours, peer }: Medians,
        peer_name: &'static str,
        unit: Unit,
        runs: usize,
    ) -> Self {
        let ratio = match unit {
            Unit::Micros => peer / ours,
            Unit::RequestsPerSecond => ours / peer,
        };
        let [ours, peer, ratio] = [ours, peer, ratio].map(to_four_digits);
        Self { id, ours, peer, peer_name, unit, ratio, runs }
    }

    /// What we owe on this row, if anything.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        TARGETS.iter().find(|(id, _)| *id == self.id).map(|(_, target)| *target)
    }
}

/// More digits than these are noise.
fn to_four_digits(number: f64) -> f64 {
    format!("{number:.3e}").parse().unwrap_or(number)
}

/// What a row has to reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// Ours is at most so many times the peer's.
    AtMostTimes(f64),
    /// We are at least so many times faster.
    AtLeastRatio(f64),
    /// Ours exceeds the peer's by at most so much.
    AddsAtMost(f64),
}

/// The targets, by id. A row that misses its own stays in the table, and says so.
const TARGETS: &[(&str, Target)] = &[
    ("authn.verify", Target::AtMostTimes(1.15)),
    ("http.stack_overhead_us", Target::AddsAtMost(25.0)),
    ("http.stack_vs_incumbents", Target::AtLeastRatio(2.0)),
];

/// Whether a target was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Reached {
    /// It was.
    Yes,
    /// It was not.
    No,
}

impl Target {
    /// Holds `row` against this target.
    pub fn judge(self, row: &Row) -> Reached {
        let reached = match self {
            Self::AtMostTimes(most) => row.ours <= row.peer * most,
            Self::AtLeastRatio(least) => row.ratio >= least,
            Self::AddsAtMost(most) => row.ours - row.peer <= most,
        };
        if reached { Reached::Yes } else { Reached::No }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Micros => "us",
            Self::RequestsPerSecond => "req/s",
        })
    }
}

/// The row as a line of the table that [`HEADER`] heads.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, ours, peer, peer_name, unit, ratio, runs } = self;
        write!(f, "{id:<27} {ours:>10} {peer:>10} {unit:<6} {ratio:>7.3} {runs:>5}  {peer_name}")?;
        let Some(target) = self.target() else { return Ok(()) };
        write!(f, "\n{:<27} target: ", "")?;
        match target {
            Target::AtMostTimes(most) => write!(f, "at most {most} x peer; is {:.3} x", ours / peer),
            Target::AtLeastRatio(least) => write!(f, "ratio at least {least}"),
            Target::AddsAtMost(most) => {
                write!(f, "adds at most {most} {unit}; adds {:.2} {unit}", ours - peer)
            }
        }?;
        match target.judge(self) {
            Reached::Yes => f.write_str(" (reached)"),
            Reached::No => f.write_str(" (MISSED)"),
        }
    }
}

/// The head of the table.
pub const HEADER: &str = "id                                ours       peer unit     ratio  runs  peer (ratio above 1: ours is faster)";

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &'static str, ours: f64, peer: f64, unit: Unit) -> Row {
        Row::new(id, Medians { ours, peer }, "a peer", unit, 7)
    }

    #[test]
    fn above_one_we_are_faster_in_either_unit() {
        assert_eq!(row("x", 2.0, 6.0, Unit::Micros).ratio, 3.0);
        assert_eq!(row("x", 6.0, 2.0, Unit::RequestsPerSecond).ratio, 3.0);
    }

    #[test]
    fn json_has_the_agreed_members_in_their_order() {
        let json = serde_json::to_string(&row("x", 3.0, 1.0, Unit::Micros)).unwrap();
        assert_eq!(
            json,
            r#"{"id":"x","ours":3.0,"peer":1.0,"peer_name":"a peer","unit":"us","ratio":0.3333,"runs":7}"#
        );
    }

    #[test]
    fn a_missed_target_stays_in_the_table_and_says_so() {
        let missed = row("authn.verify", 116.0, 100.0, Unit::Micros);
        assert!(missed.to_string().ends_with("at most 1.15 x peer; is 1.160 x (MISSED)"), "{missed}");
        assert_eq!(missed.target().unwrap().judge(&row("", 114.9, 100.0, Unit::Micros)), Reached::Yes);
        let slow = row("http.stack_vs_incumbents", 1_999.0, 1_000.0, Unit::RequestsPerSecond);
        assert_eq!(slow.target().unwrap().judge(&slow), Reached::No);
        let heavy = row("http.stack_overhead_us", 26.1, 1.0, Unit::Micros);
        assert_eq!(heavy.target().unwrap().judge(&heavy), Reached::No);
    }
}
