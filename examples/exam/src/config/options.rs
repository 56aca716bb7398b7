//! Flags and environment, as they come.

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Parser, ValueEnum};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

/// The account backend of an exam platform
#[derive(Debug, Parser)]
#[command(name = "exam", bin_name = "exam", version)]
pub(crate) struct Options {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", env = "STOCKADE_LISTEN", default_value = "127.0.0.1:3000")]
    pub(crate) listen: SocketAddr,

    /// Folder for the keys and, without a database, the data; created if missing
    #[arg(long, value_name = "DIR", env = "STOCKADE_DATA", default_value = "./data/exam")]
    pub(crate) data: PathBuf,

    /// Where this runs: what is convenient in `dev` is refused in `prod`
    #[arg(long, value_name = "ENV", env = "EXAM_ENV", default_value = "dev")]
    pub(crate) env: Environment,

    /// `sqlite:FILE` or `postgres://…`; a file in the data folder if not given
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,

    /// Redis for sessions, one-time tokens and attempt limits; the database if not given
    #[arg(long, value_name = "URL", env = "REDIS_URL", hide_env_values = true)]
    pub(crate) redis_url: Option<String>,

    /// What all keys in Redis begin with
    #[arg(long, value_name = "TEXT", env = "EXAM_REDIS_PREFIX", default_value = "exam:")]
    pub(crate) redis_prefix: String,

    /// What links in mails begin with; in `dev` the address listened on
    #[arg(long, value_name = "URL", env = "EXAM_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,

    /// How many sessions an account may have; signing in once more ends the one unused for longest
    #[arg(long, value_name = "N", env = "EXAM_MAX_SESSIONS", default_value = "1")]
    pub(crate) max_sessions: NonZeroU32,

    /// File that mails are written to instead of being sent; `DATA/outbox.jsonl` if no mail server is given
    #[arg(long, value_name = "FILE", env = "EXAM_OUTBOX")]
    pub(crate) outbox: Option<PathBuf>,

    /// Mail server: `smtps://user:password@host` or `smtp://host`
    #[arg(long, value_name = "URL", env = "SMTP_URL", hide_env_values = true, requires = "mail_from")]
    pub(crate) smtp_url: Option<String>,

    /// Whom mails come from
    #[arg(long, value_name = "ADDRESS", env = "MAIL_FROM")]
    pub(crate) mail_from: Option<String>,

    /// Make student@, reviewer@ and admin@exam.example, and print their passwords
    #[arg(long, env = "SEED_DEMO_ACCOUNTS", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    pub(crate) seed_demo_accounts: bool,

    /// Raise all limits so far that a test of the whole API does not meet them
    #[arg(long)]
    pub(crate) insecure_generous_limits: bool,
}

/// Where the service runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Environment {
    /// On somebody's desk.
    Dev,
    /// Where people depend on it.
    Prod,
}
