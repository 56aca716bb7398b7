//! Judging texts.

use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;

/// What a guard is asked to do.
#[derive(Debug, Subcommand)]
pub(crate) enum GuardCommand {
    /// Judge texts: with --json JSON Lines `{"text":…}` on standard input, one verdict a line; without, one text and words about it
    Check(GuardCheck),
    /// Run the test cases that policies hold
    Test(GuardTest),
    /// Measure how fast policies judge your own texts
    Bench(GuardBench),
}

/// The policies, and what they have to know.
#[derive(Debug, clap::Args)]
pub(crate) struct GuardArgs {
    /// Policies by their shipped names, or the paths of files (with a `/` or ending in `.toml`), separated by commas
    #[arg(long = "policy", value_name = "NAME", value_delimiter = ',', required = true)]
    pub(crate) policies: Vec<String>,
    /// Which way the texts go; if not said, to the model, unless every policy is for answers only
    #[arg(long, value_enum)]
    pub(crate) direction: Option<Way>,
    /// The role of whoever wrote or will read them, as the policies call it
    #[arg(long)]
    pub(crate) role: Option<String>,
    /// The topic of the conversation, as the policies call it
    #[arg(long)]
    pub(crate) topic: Option<String>,
    /// The country whose emergency number answers name, as ISO 3166-1 alpha-2
    #[arg(long)]
    pub(crate) country: Option<String>,
    /// Whether the injection model scores where a policy asks for it. Libraries have it off unless told; this command is for scoring
    #[arg(long, value_enum, default_value = "on")]
    pub(crate) model: Model,
}

/// Which way a text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Way {
    /// To the model
    Input,
    /// From the model
    Output,
}

/// Whether the injection model scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Model {
    /// Where a policy asks for it
    On,
    /// Nowhere: the rules alone
    Off,
}

#[derive(Debug, clap::Args)]
pub(crate) struct GuardCheck {
    #[command(flatten)]
    pub(crate) guard: GuardArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct GuardTest {
    /// Policies by their shipped names, or the paths of files; all that are shipped where none is said
    #[arg(long = "policy", value_name = "NAME", value_delimiter = ',')]
    pub(crate) policies: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct GuardBench {
    #[command(flatten)]
    pub(crate) guard: GuardArgs,
    /// A file whose lines are the texts; standard input if not said
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    /// How often all texts are judged; the median counts
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) runs: u32,
}
