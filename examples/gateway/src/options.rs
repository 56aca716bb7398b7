//! Flags, environment, and the rules of the upstreams.

use crate::upstream::{Place, Wire, bearer};
use axum::http::HeaderValue;
use clap::Parser;
use clap::builder::FalseyValueParser;
use serde::{Deserialize, Deserializer};
use std::error::Error;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;
use stockade::core::Secret;
use stockade::provider_health::{AllDown, Config, PoolConfig};

/// A gateway to language models
#[derive(Debug, Parser)]
#[command(name = "gateway", bin_name = "gateway", version)]
pub(crate) struct Options {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", env = "STOCKADE_LISTEN", default_value = "127.0.0.1:3000")]
    pub(crate) listen: SocketAddr,

    /// Folder for the database and the keys; created if missing
    #[arg(long, value_name = "DIR", env = "STOCKADE_DATA", default_value = "./data/gateway")]
    pub(crate) data: PathBuf,

    /// An upstream, as often as there are; its key stands in `GATEWAY_KEY_NAME`
    #[arg(long = "upstream", value_name = "NAME=URL", required = true)]
    pub(crate) upstreams: Vec<Place>,

    /// PEM file of the authorities whose word on upstreams' names is believed, instead of the system's
    #[arg(long, value_name = "FILE", env = "GATEWAY_UPSTREAM_CA")]
    pub(crate) upstream_ca: Option<PathBuf>,

    /// Ask upstreams beyond this machine over http too: whoever is on the way reads keys and prompts, and writes answers
    #[arg(long)]
    danger_plain_http: bool,

    /// Rules for when an upstream is called unwell: TOML with the tables `[provider]` and `[pool]`
    #[arg(long, value_name = "FILE", env = "GATEWAY_RULES")]
    pub(crate) rules: Option<PathBuf>,

    /// Policies that requests and answers are held to: names of shipped ones or files, or `none`
    #[arg(
        long,
        value_name = "NAME,…",
        env = "GATEWAY_GUARD",
        value_delimiter = ',',
        default_value = "prompt-injection,secrets,system-prompt-leak,output-safety"
    )]
    pub(crate) guard: Vec<String>,

    /// How long an answer may take, over all upstreams that are asked: a stream to its first event, another one to its end
    #[arg(long, value_name = "SECONDS", env = "GATEWAY_DEADLINE", default_value = "60")]
    deadline: NonZeroU32,

    /// How long an answer that has begun may pause, and a client may leave it unread
    #[arg(long, value_name = "SECONDS", env = "GATEWAY_STALL", default_value = "30")]
    stall: NonZeroU32,

    /// Make an account of each role, `admin@gateway.example` and so on, and print their passwords
    #[arg(long, env = "SEED_DEMO_ACCOUNTS", action = clap::ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    pub(crate) seed_demo_accounts: bool,
}

/// When an upstream is called unwell, and how several serve as one.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Rules {
    pub(crate) provider: Config,
    #[serde(deserialize_with = "pool")]
    pub(crate) pool: PoolConfig,
}

/// The library's, but that when all upstreams are unwell the least bad one is asked: people would rather have its answer than be told
/// for five minutes, after a moment in which the network was gone, that there is none.
impl Default for Rules {
    fn default() -> Self {
        let pool = PoolConfig { all_down: AllDown::LeastBad, ..PoolConfig::default() };
        Self { provider: Config::default(), pool }
    }
}

fn pool<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PoolConfig, D::Error> {
    let mut table = toml::Table::deserialize(deserializer)?;
    table.entry("all_down").or_insert_with(|| "least_bad".into());
    table.try_into().map_err(serde::de::Error::custom)
}

impl Options {
    /// Refuses an upstream that would be asked in the clear.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self.upstreams.iter().find(|place| place.wire == Wire::Clear) {
            Some(place) if !self.danger_plain_http => Err(format!(
                "keys and prompts would leave this machine in the clear: give the upstream `{}` as https",
                place.name
            )),
            _ => Ok(()),
        }
    }

    /// Whether an upstream is asked over TLS.
    pub(crate) fn needs_tls(&self) -> bool {
        self.upstreams.iter().any(|place| place.wire == Wire::Tls)
    }

    pub(crate) fn deadline(&self) -> Duration {
        Duration::from_secs(self.deadline.get().into())
    }

    pub(crate) fn stall(&self) -> Duration {
        Duration::from_secs(self.stall.get().into())
    }
}

impl Rules {
    /// Those in `file`, or the presets of the library.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self, Box<dyn Error>> {
        let Some(file) = file else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(file)
            .map_err(|error| format!("`{}` cannot be read: {error}", file.display()))?;
        let rules: Self =
            toml::from_str(&text).map_err(|error| format!("`{}`: {}", file.display(), error.message()))?;
        rules.provider.validate()?;
        rules.pool.validate()?;
        Ok(rules)
    }
}

/// The keys of all upstreams, in their order. An upstream without one is asked without.
pub(crate) fn keys(
    places: &[Place],
    read: impl Fn(&str) -> Option<Secret<String>>,
) -> Result<Vec<Option<HeaderValue>>, String> {
    let variables: Vec<_> = places.iter().map(Place::key_variable).collect();
    for (place, name) in variables.iter().enumerate() {
        // `a-b` and `a.b` would show each other's key.
        if variables.iter().skip(place + 1).any(|other| other == name) {
            return Err(format!("two upstreams would have their key in `{name}`"));
        }
    }
    let key = |name: &String| match read(name) {
        None => Ok(None),
        Some(key) => bearer(key.expose()).map(Some).ok_or_else(|| format!("`{name}` is no key")),
    };
    variables.iter().map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(names: &[&str]) -> Vec<Place> {
        names.iter().map(|name| format!("{name}=http://127.0.0.1:1").parse().unwrap()).collect()
    }

    #[test]
    fn each_upstream_has_the_key_of_its_name() {
        let read = |name: &str| (name == "GATEWAY_KEY_EU_1").then(|| Secret::new("sk-1".to_owned()));
        let keys = keys(&places(&["us", "eu-1"]), read).unwrap();
        assert!(keys[0].is_none());
        assert_eq!(keys[1].as_ref().unwrap(), "Bearer sk-1");
    }

    #[test]
    fn confusion_no_upstream_is_shown_anothers_key() {
        let error = keys(&places(&["a-b", "c", "A.b"]), |_| None).unwrap_err();
        assert!(error.contains("GATEWAY_KEY_A_B"), "{error}");
    }

    #[test]
    fn a_key_that_is_none_is_refused_and_not_repeated() {
        let error = keys(&places(&["a"]), |_| Some(Secret::new("hunter2\n".to_owned()))).unwrap_err();
        assert!(error.contains("GATEWAY_KEY_A") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn without_an_upstream_there_is_no_gateway() {
        assert!(Options::try_parse_from(["gateway"]).is_err());
        assert!(
            Options::try_parse_from(["gateway", "--upstream", "a=http://127.0.0.1:1", "--deadline", "0"])
                .is_err()
        );
    }

    #[test]
    fn asvs_v12_3_1_downgrade_no_key_leaves_this_machine_in_the_clear_unless_that_is_spelled_out() {
        let check = |arguments: &[&str]| {
            Options::try_parse_from([&["gateway", "--upstream", "a=http://127.0.0.1:1"], arguments].concat())
                .unwrap()
                .check()
        };
        assert!(check(&[]).is_ok());
        assert!(check(&["--upstream", "b=https://example.org"]).is_ok());
        let error = check(&["--upstream", "b=http://example.org"]).unwrap_err();
        assert!(error.contains("`b`"), "{error}");
        assert!(check(&["--upstream", "b=http://example.org", "--danger-plain-http"]).is_ok());
    }

    #[test]
    fn rules_are_the_librarys_and_a_misspelled_one_is_refused() {
        assert_eq!(Rules::load(None).unwrap().provider, Config::default());
        let rules: Rules = toml::from_str("[provider]\nopen_for_secs = 1\n[pool]\nmax_attempts = 2").unwrap();
        assert_eq!((rules.provider.open_for.as_secs(), rules.pool.max_attempts), (1, 2));
        assert_eq!(
            (rules.pool.all_down, Rules::default().pool.all_down),
            (AllDown::LeastBad, AllDown::LeastBad)
        );
        let strict: Rules = toml::from_str("[pool]\nall_down = \"fail\"").unwrap();
        assert_eq!(strict.pool.all_down, AllDown::Fail);
        assert!(toml::from_str::<Rules>("[pool]\nall_dwn = \"fail\"").is_err());
        assert!(toml::from_str::<Rules>("[provder]").is_err());
    }
}
