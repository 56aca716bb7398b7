//! Reading in the middle of a sealed file.

use crate::Failure;
use crate::measure::{Time, in_turn};
use crate::rig::Files;
use crate::row::{Row, Unit};
use crate::rows::Plan;
use std::fs::File;
use std::hint::black_box;
use stockade_core::{Entropy, SystemEntropy};
use stockade_crypto_at_rest::file::{Opener, RangeReader};

/// 64 KiB: what is read, and a chunk of the format.
const LEN: u64 = 64 << 10;

/// Reads in a sample.
const READS: usize = 256;

const LONG: u64 = 10 << 30;
const SHORT: u64 = 1 << 20;

/// One chunk, at random; or 64 KiB from any octet on, which lie in two chunks.
pub(in crate::rows) fn read(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let step = if id.ends_with(".unaligned") { 1 } else { LEN };
    let files = plan.files()?;
    let (mut long, mut short) = (open(files, LONG)?, open(files, SHORT)?);
    let runs = plan.runs(31);
    let medians = in_turn(runs, || micros_each(&mut long, step), || micros_each(&mut short, step))?;
    Ok(Row::new(id, medians, "the same of 1 MiB", Unit::Micros, runs))
}

fn open(files: &Files, len: u64) -> Result<RangeReader<File>, Failure> {
    Ok(Opener::new(vec![files.identity()]).range(File::open(files.sealed_zeros(len)?)?)?)
}

fn micros_each(reader: &mut RangeReader<File>, step: u64) -> Result<f64, Failure> {
    let offsets = offsets(reader.len(), step)?;
    let mut buffer = vec![0; LEN as usize];
    let seconds = Time::Cpu.of(|| {
        for offset in &offsets {
            if reader.read_at(*offset, &mut buffer)? != buffer.len() {
                return Err("a read ended early".into());
            }
            black_box(&mut buffer);
        }
        Ok(())
    })?;
    Ok(seconds * 1e6 / offsets.len() as f64)
}

/// Places to read from, multiples of `step`, none in a chunk that the read before has just opened.
fn offsets(len: u64, step: u64) -> Result<Vec<u64>, Failure> {
    let places = (len - LEN) / step + 1;
    let far = (2 * LEN - 1).div_ceil(step);
    let mut random = [0; 8 * READS];
    SystemEntropy.fill(&mut random)?;
    let mut place = 0;
    let (random, _) = random.as_chunks();
    let next = |random: &[u8; 8]| {
        // At least two chunks on, and never round to where it was.
        place = (place + far + u64::from_le_bytes(*random) % (places - 2 * far)) % places;
        place * step
    };
    Ok(random.iter().map(next).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_read_finds_its_chunks_open() {
        for (len, step) in [(SHORT, 1), (SHORT, LEN), (LONG, 1), (LONG, LEN)] {
            let offsets = offsets(len, step).unwrap();
            assert!(offsets.iter().all(|offset| offset + LEN <= len && offset % step == 0));
            for pair in offsets.windows(2) {
                // the chunk of its last octet: the same as that of the next, rounded up
                let last_open = pair[0].div_ceil(LEN);
                assert!(pair[1] / LEN != last_open && pair[1] / LEN + 1 != last_open, "{pair:?}");
            }
        }
    }
}
