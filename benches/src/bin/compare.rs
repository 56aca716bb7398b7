//! Prints how fast we are, in ratios to peers.

use benches::Failure;
use benches::child;
use benches::http::{serve, serve_accounts, serve_sessions, serve_upstream};
use benches::peers::Peers;
use benches::row::HEADER;
use benches::rows::{Against, LeftOut, Measurement, Plan};
use clap::{Parser, Subcommand};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Us and our peers, measured in turn in one run. A ratio above 1 means that we are faster
#[derive(Debug, Parser)]
struct Arguments {
    /// Only the rows whose id begins so
    #[arg(long, value_name = "PREFIX", default_value = "")]
    only: String,

    /// One JSON object a line instead of the table
    #[arg(long)]
    json: bool,

    /// Also the rows whose peers live in `benches/peers`; builds them first
    #[arg(long)]
    peers: bool,

    /// Samples for each median; every row has a number of its own where this is not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(Plan::MIN_RUNS as i64..=10_000))]
    runs: Option<u16>,

    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Debug, Subcommand)]
enum Role {
    /// Be the server that is put under load
    #[command(hide = true)]
    Serve { folder: PathBuf },

    /// Be the account server that is flooded
    #[command(hide = true)]
    ServeAccounts,

    /// Be a server with sessions in Postgres, whose standing is remembered for so many milliseconds
    #[command(hide = true)]
    ServeSessions { url: String, staleness: u64 },

    /// Be the model provider behind a gateway
    #[command(hide = true)]
    ServeUpstream,

    /// Seal a file, to standard output without a target
    #[command(hide = true)]
    SealFile { recipient: String, from: PathBuf, to: Option<PathBuf> },

    /// Open a file
    #[command(hide = true)]
    OpenFile { identity: PathBuf, from: PathBuf, to: PathBuf },

    /// Open a Fernet token, and say how much memory it took
    #[command(hide = true)]
    OpenFernet { key: PathBuf, token: PathBuf },

    /// Delete files in a folder by one random pass or more, without reading back
    #[command(hide = true)]
    DeleteFiles {
        #[arg(long)]
        passes: usize,
        #[arg(long)]
        renames: u8,
        folder: PathBuf,
        names: Vec<PathBuf>,
    },

    /// Hash with plain Argon2, as often as is asked
    #[command(hide = true)]
    HashPlainly,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match &arguments.role {
        Some(Role::Serve { folder }) => serve(folder),
        Some(Role::ServeAccounts) => serve_accounts(),
        Some(Role::ServeSessions { url, staleness }) => {
            serve_sessions(url, Duration::from_millis(*staleness))
        }
        Some(Role::ServeUpstream) => serve_upstream(),
        Some(Role::SealFile { recipient, from, to }) => child::seal_file(recipient, from, to.as_deref()),
        Some(Role::OpenFile { identity, from, to }) => child::open_file(identity, from, to),
        Some(Role::OpenFernet { key, token }) => child::open_fernet(key, token),
        Some(Role::DeleteFiles { passes, renames, folder, names }) => {
            child::delete_files(*passes, *renames, folder, names)
        }
        Some(Role::HashPlainly) => child::hash_plainly(),
        None => compare(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(arguments: &Arguments) -> Result<(), Failure> {
    if cfg!(debug_assertions) {
        return Err("figures of a debug build mean nothing: run with --release".into());
    }
    let wanted: Vec<_> = Measurement::ALL.iter().filter(|row| row.id.starts_with(&arguments.only)).collect();
    if wanted.is_empty() {
        return Err(format!("no row's id begins with `{}`", arguments.only).into());
    }
    let any_of_peers = wanted.iter().any(|row| row.against == Against::Peers);
    let peers = if arguments.peers && any_of_peers { Some(Peers::build()?) } else { None };
    let plan = Plan { runs: arguments.runs.map(usize::from), peers, ..Plan::default() };
    let mut out = std::io::stdout().lock();
    if !arguments.json {
        writeln!(out, "{HEADER}")?;
    }
    for measurement in wanted {
        let row = match measurement.run(&plan) {
            Ok(row) => row,
            Err(error) if error.is::<LeftOut>() => {
                eprintln!("LEFT OUT: {}: {error}", measurement.id);
                continue;
            }
            Err(error) => return Err(error),
        };
        if arguments.json {
            writeln!(out, "{}", serde_json::to_string(&row)?)?;
        } else {
            writeln!(out, "{row}")?;
        }
        out.flush()?;
    }
    Ok(())
}
