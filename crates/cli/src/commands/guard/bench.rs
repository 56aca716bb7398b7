//! `guard bench`.

use super::lines::{self, Line};
use super::policies;
use crate::args::{GuardBench, Voice};
use crate::cancel::Cancel;
use crate::commands::input::Source;
use crate::failure::Failure;
use crate::say;
use serde::Serialize;
use std::io::BufReader;
use std::time::{Duration, Instant};
use stockade_guardrails::Action;

/// How much is read: more tells nothing new.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// What was measured.
#[derive(Debug, Serialize)]
struct Measured {
    texts: usize,
    bytes: usize,
    /// How many of the texts would not pass as they are.
    flagged: usize,
    runs: u32,
    mb_per_s: f64,
    us_per_kib: f64,
    us_per_text: f64,
}

pub(super) fn bench(args: &GuardBench, voice: Voice, cancel: &Cancel) -> Result<(), Failure> {
    let guard = policies::guard(&args.guard)?;
    let ask = policies::ask(&args.guard, &guard);
    let texts = texts(args, cancel)?;
    let bytes: usize = texts.iter().map(String::len).sum();
    if bytes == 0 {
        return Err(Failure::usage("there is no text to judge"));
    }
    let (mut times, mut flagged) = (Vec::new(), 0);
    for _ in 0..args.runs {
        cancel.check()?;
        let start = Instant::now();
        flagged = texts.iter().filter(|text| guard.check(text, &ask).action != Action::Allow).count();
        times.push(start.elapsed());
    }
    let measured = measured(&texts, bytes, flagged, &mut times);
    say::result(voice, &measured, || {
        format!(
            "{} texts, {bytes} bytes, {flagged} flagged: {:.1} MB/s, {:.2} µs a KiB, {:.2} µs a text (median of {})",
            measured.texts, measured.mb_per_s, measured.us_per_kib, measured.us_per_text, measured.runs,
        )
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn measured(texts: &[String], bytes: usize, flagged: usize, times: &mut [Duration]) -> Measured {
    times.sort_unstable();
    let micros = times.get(times.len() / 2).copied().unwrap_or_default().as_secs_f64() * 1e6;
    let runs = u32::try_from(times.len()).unwrap_or(u32::MAX);
    Measured {
        texts: texts.len(),
        bytes,
        flagged,
        runs,
        mb_per_s: bytes as f64 / micros.max(f64::MIN_POSITIVE),
        us_per_kib: micros * 1024.0 / bytes as f64,
        us_per_text: micros / texts.len() as f64,
    }
}

fn texts(args: &GuardBench, cancel: &Cancel) -> Result<Vec<String>, Failure> {
    let source = Source::new(args.input.as_deref(), cancel)?.into_reader();
    let mut input = BufReader::new(source);
    let (mut texts, mut line, mut bytes) = (Vec::new(), Vec::new(), 0);
    while let Some(read) = lines::next(&mut input, &mut line).map_err(Failure::io("the texts"))? {
        cancel.check()?;
        bytes += line.len();
        if read == Line::TooLong || bytes > MAX_BYTES {
            return Err(Failure::usage("the texts are too long: lines up to 8 MiB, 256 MiB in all"));
        }
        texts.push(String::from_utf8_lossy(&line).into_owned());
    }
    Ok(texts)
}
