//! Prints whether the time of an answer tells who has an account.

use benches::Failure;
use benches::enumeration::Question;
use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

/// Asks about known and unknown accounts in turn, and compares the times by rank. A superiority of 0.5 tells nothing
#[derive(Debug, Parser)]
struct Arguments {
    /// Answers of each sort
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    samples: u32,
}

fn main() -> ExitCode {
    match table(Arguments::parse().samples) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn table(samples: u32) -> Result<(), Failure> {
    if cfg!(debug_assertions) {
        return Err("figures of a debug build mean nothing: run with --release".into());
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{:<24}{:>8}{:>12}{:>12}{:>13}{:>8}",
        "question", "samples", "known us", "unknown us", "superiority", "z"
    )?;
    for question in Question::ALL {
        let found = question.ask(usize::try_from(samples)?)?;
        writeln!(
            out,
            "{:<24}{:>8}{:>12.1}{:>12.1}{:>13.3}{:>8.2}",
            question.name(),
            found.samples,
            found.known.as_secs_f64() * 1e6,
            found.unknown.as_secs_f64() * 1e6,
            found.rank.superiority,
            found.rank.z
        )?;
        out.flush()?;
    }
    Ok(())
}
