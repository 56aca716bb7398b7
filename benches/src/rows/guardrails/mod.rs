//! A scan for three hundred phrases through their disguises, beside one that looks for them as they are.

mod floods;
mod pipeline;
mod texts;

pub(super) use pipeline::{chunk, question};

use super::Plan;
use crate::Failure;
use crate::measure::{Medians, Time, batch_size, in_turn, micros_each};
use crate::row::{Row, Unit};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::hint::black_box;
use stockade_guardrails::{Boundary, Lexicon, Term};

const PEER: &str = "aho-corasick, DFA, ASCII case-insensitive, overlapping";

struct Scans {
    ours: Lexicon,
    peer: AhoCorasick,
}

impl Scans {
    fn new() -> Result<Self, Failure> {
        let phrases = texts::phrases();
        let term = |text: &String| Term { text: text.clone(), boundary: Boundary::Word };
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA));
        Ok(Self {
            ours: Lexicon::new(&phrases.iter().map(term).collect::<Vec<_>>())?,
            peer: builder.build(&phrases)?,
        })
    }

    /// Millions of bytes a second.
    fn medians(&self, text: &str, runs: usize) -> Result<Medians, Failure> {
        let mut hits = Vec::new();
        let mut ours = || {
            hits.clear();
            let _ = black_box(self.ours.scan(black_box(text), &mut hits));
            Ok(())
        };
        let mut peer = || {
            black_box(self.peer.find_overlapping_iter(black_box(text)).count());
            Ok(())
        };
        let (mine, theirs) = (batch_size(0.01, &mut ours)?, batch_size(0.01, &mut peer)?);
        let rate = |micros: f64| text.len() as f64 / micros;
        in_turn(
            runs,
            || micros_each(Time::Cpu, mine, &mut ours).map(rate),
            || micros_each(Time::Cpu, theirs, &mut peer).map(rate),
        )
    }
}

pub(super) fn scan(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let text = match id {
        "guardrails.scan_ascii" => texts::ascii(),
        "guardrails.scan_mixed" => texts::mixed(),
        _ => texts::sprinkled(),
    };
    let runs = plan.runs(31);
    Ok(Row::new(id, Scans::new()?.medians(&text, runs)?, PEER, Unit::MegabytesPerSecond, runs))
}

/// The slowest of all texts that were made to be slow.
pub(super) fn worst(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let scans = Scans::new()?;
    let runs = plan.runs(7);
    let mut worst: Option<Medians> = None;
    for (name, text) in floods::all() {
        let medians = scans.medians(&text, runs)?;
        if worst.is_none_or(|worst| medians.ours < worst.ours) {
            eprintln!("{id}: {name}: {:.1} MB/s", medians.ours);
            worst = Some(medians);
        }
    }
    let worst = worst.ok_or("no text to scan")?;
    Ok(Row::new(id, worst, PEER, Unit::MegabytesPerSecond, runs))
}
