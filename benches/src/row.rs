//! A line of the table: a figure of ours, one of a peer, and how they compare.

use crate::measure::Medians;
use std::fmt;

/// What both were measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Unit {
    /// Less is better.
    #[serde(rename = "ns")]
    Nanos,
    /// Less is better.
    #[serde(rename = "us")]
    Micros,
    /// Less is better.
    #[serde(rename = "ms")]
    Millis,
    /// Of memory; less is better.
    #[serde(rename = "MiB")]
    Mebibytes,
    /// Millions of bytes; more is better.
    #[serde(rename = "MB/s")]
    MegabytesPerSecond,
    /// More is better.
    #[serde(rename = "req/s")]
    RequestsPerSecond,
    /// More is better.
    #[serde(rename = "rows/s")]
    RowsPerSecond,
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
    /// How many times better we are, in any unit: `peer / ours` for times and memory, `ours / peer` for throughputs. Above 1 we
    /// are better.
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
            Unit::Nanos | Unit::Micros | Unit::Millis | Unit::Mebibytes => peer / ours,
            Unit::MegabytesPerSecond | Unit::RequestsPerSecond | Unit::RowsPerSecond => ours / peer,
        };
        let [ours, peer, ratio] = [ours, peer, ratio].map(to_four_digits);
        Self { id, ours, peer, peer_name, unit, ratio, runs }
    }

    /// What we owe on this row, if anything.
    pub fn targets(&self) -> impl Iterator<Item = Target> {
        TARGETS.iter().filter(|(id, _)| *id == self.id).map(|(_, target)| *target)
    }
}

/// More digits than these are noise.
fn to_four_digits(number: f64) -> f64 {
    format!("{number:.3e}").parse().unwrap_or(number)
}

/// What a row has to reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Target {
    /// Ours is at most so much, whatever the peer's is.
    AtMost(f64),
    /// Ours is at least so much, whatever the peer's is.
    AtLeast(f64),
    /// Ours is at most so many times the peer's.
    AtMostTimes(f64),
    /// We are at least so many times faster.
    AtLeastRatio(f64),
    /// Ours exceeds the peer's by at most so much.
    AddsAtMost(f64),
}

/// The targets, by id; a row may have several. One that misses its own stays in the table, and says so.
const TARGETS: &[(&str, Target)] = &[
    ("authn.verify", Target::AtMostTimes(1.15)),
    ("authn.api_key", Target::AtMost(2.0)),
    ("authn.totp", Target::AtMost(5.0)),
    ("authn.session_check", Target::AtLeastRatio(5.0)),
    ("authn.flood_p99", Target::AtMostTimes(3.0)),
    ("crypto.file_encrypt_null", Target::AtLeastRatio(2.0)),
    ("crypto.file_encrypt_null.rage", Target::AtLeastRatio(2.8)),
    ("crypto.file_encrypt_disk", Target::AtLeastRatio(1.7)),
    ("crypto.file_encrypt_disk.rage", Target::AtLeastRatio(2.0)),
    ("crypto.file_decrypt_disk", Target::AtLeastRatio(2.0)),
    ("crypto.file_decrypt_disk.rage", Target::AtLeastRatio(2.5)),
    ("crypto.range_read", Target::AtMost(60.0)),
    ("crypto.range_read", Target::AtMostTimes(FLAT)),
    ("crypto.field_256", Target::AtMost(0.6)),
    ("crypto.fernet_64m", Target::AtLeastRatio(10.0)),
    ("crypto.fernet_64m.growth", Target::AtMost(8.0)),
    ("crypto.argon2", Target::AtMostTimes(0.65)),
    ("crypto.rewrap_file", Target::AtMost(5.0)),
    ("crypto.rewrap_rows", Target::AtLeastRatio(0.5)),
    ("secure_delete.bulk_256m", Target::AtLeastRatio(3.0)),
    ("secure_delete.bulk_256m.three", Target::AtLeastRatio(3.0)),
    ("secure_delete.small_500", Target::AtLeastRatio(8.0)),
    ("secure_delete.small_500.unlink", Target::AtLeastRatio(3.0)),
    ("secure_delete.erase_key", Target::AtMost(10.0)),
    ("health.closed_path", Target::AtMost(14.0)),
    ("health.closed_path", Target::AtLeastRatio(20.0)),
    ("health.window_24k", Target::AtLeastRatio(500.0)),
    ("health.window_24k.flat", Target::AtMostTimes(FLAT)),
    ("health.is_available", Target::AtMost(5.0)),
    ("health.pick_8", Target::AtMost(100.0)),
    ("health.gateway_added_us", Target::AddsAtMost(60.0)),
    ("guardrails.scan_ascii", Target::AtLeastRatio(0.8)),
    ("guardrails.scan_mixed", Target::AtLeastRatio(0.45)),
    ("guardrails.worst_mb_s", Target::AtLeast(100.0)),
    ("guardrails.pipeline_1k_us", Target::AtMost(15.0)),
    ("guardrails.pipeline_1k_us", Target::AtLeastRatio(10.0)),
    ("guardrails.stream_chunk", Target::AtMost(1.0)),
    ("http.stack_overhead_us", Target::AddsAtMost(25.0)),
    ("http.stack_vs_incumbents", Target::AtLeastRatio(2.0)),
];

/// What counts as flat where one file, or one window, is ten thousand times the other's size. A cost that grew with the logarithm
/// of the size would be four times as high. The rest is for the processor's caches, which hold the small one and not the large.
const FLAT: f64 = 1.5;

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
            Self::AtMost(most) => row.ours <= most,
            Self::AtLeast(least) => row.ours >= least,
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
            Self::Nanos => "ns",
            Self::Micros => "us",
            Self::Millis => "ms",
            Self::Mebibytes => "MiB",
            Self::MegabytesPerSecond => "MB/s",
            Self::RequestsPerSecond => "req/s",
            Self::RowsPerSecond => "rows/s",
        })
    }
}

/// The row as a line of the table that [`HEADER`] heads, and a line for each of its targets.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, ours, peer, peer_name, unit, ratio, runs } = self;
        write!(f, "{id:<29} {ours:>10} {peer:>10} {unit:<6} {ratio:>7.3} {runs:>5}  {peer_name}")?;
        self.targets().try_for_each(|target| {
            write!(f, "\n{:<29} target: ", "")?;
            match target {
                Target::AtMost(most) => write!(f, "at most {most} {unit}"),
                Target::AtLeast(least) => write!(f, "at least {least} {unit}"),
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
        })
    }
}

/// The head of the table.
pub const HEADER: &str = "id                                  ours       peer unit     ratio  runs  peer (ratio above 1: ours is better)";

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &'static str, ours: f64, peer: f64, unit: Unit) -> Row {
        Row::new(id, Medians { ours, peer }, "a peer", unit, 7)
    }

    #[test]
    fn above_one_we_are_better_in_any_unit() {
        for less_is_better in [Unit::Nanos, Unit::Micros, Unit::Millis, Unit::Mebibytes] {
            assert_eq!(row("x", 2.0, 6.0, less_is_better).ratio, 3.0);
        }
        for more_is_better in [Unit::MegabytesPerSecond, Unit::RequestsPerSecond, Unit::RowsPerSecond] {
            assert_eq!(row("x", 6.0, 2.0, more_is_better).ratio, 3.0);
        }
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
        let judge = |row: &Row| row.targets().next().unwrap().judge(row);
        assert_eq!(judge(&row("authn.verify", 114.9, 100.0, Unit::Micros)), Reached::Yes);
        let slow = row("http.stack_vs_incumbents", 1_999.0, 1_000.0, Unit::RequestsPerSecond);
        assert_eq!(judge(&slow), Reached::No);
        assert_eq!(judge(&row("http.stack_overhead_us", 26.1, 1.0, Unit::Micros)), Reached::No);
        assert_eq!(judge(&row("crypto.field_256", 0.61, 100.0, Unit::Micros)), Reached::No);
        assert_eq!(judge(&row("crypto.field_256", 0.6, 0.1, Unit::Micros)), Reached::Yes);
    }

    #[test]
    fn each_target_of_a_row_is_judged_for_itself() {
        let steep = row("crypto.range_read", 50.0, 1.0, Unit::Micros).to_string();
        let lines: Vec<_> = steep.lines().skip(1).collect();
        assert!(lines[0].ends_with("at most 60 us (reached)"), "{steep}");
        assert!(lines[1].ends_with("at most 1.5 x peer; is 50.000 x (MISSED)"), "{steep}");
        assert_eq!(lines.len(), 2);
    }
}
