//! Throw-away Redis and PostgreSQL servers, and a proxy that misbehaves.

mod error;
mod postgres;
mod proxy;
mod redis;
mod start;
mod supervisor;
#[cfg(test)]
mod tests;

pub use error::ServerError;
pub use postgres::{Database, OwnPostgres, Postgres, postgres, postgres_program};
pub use proxy::{Fault, Proxy};
pub use redis::{OwnRedis, Redis, redis};

use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

/// What a server of a test's own keeps when it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing that one could rely on: no flushes, for speed.
    Fast,
    /// Everything that it acknowledged: PostgreSQL with its own defaults (`fsync`, `full_page_writes`,
    /// `synchronous_commit`), Redis with an append-only file that is flushed before each answer.
    Durable,
}

/// The server, or `None` where tests with servers may be skipped.
fn offer<S>(name: &str, server: Result<S, ServerError>) -> Option<S> {
    match server {
        Ok(server) => Some(server),
        Err(error @ ServerError::NotInstalled { .. }) if may_skip() => {
            // Not `eprintln!`, which the test runner keeps to itself where a test passes.
            let _ = writeln!(std::io::stderr(), "no {name}: {error}: NOTHING WAS TESTED");
            None
        }
        Err(error) => {
            #[expect(clippy::panic, reason = "a test that needs a server fails without one")]
            {
                panic!("no {name}: {error:#}: {error:?}")
            }
        }
    }
}

fn may_skip() -> bool {
    let is = |variable: &str, wanted: &str| std::env::var_os(variable).is_some_and(|value| value == wanted);
    is("TESTKIT_SKIP_SERVERS", "1") && !is("CI", "true")
}

/// The server that somebody started for us.
fn given(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|url| !url.is_empty())
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Tells apart processes that had the same id, on a server that saw both.
fn run_id() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
