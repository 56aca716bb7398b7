//! One Redis and one PostgreSQL for the whole test run: nextest runs a process for each test, and each would start its own.

use crate::Failure;
use std::process::Command;
use stockade_testkit::servers::{Durability, OwnPostgres, OwnRedis, ServerError};

/// What the variables start with that only this run can use.
pub(crate) const PREFIX: &str = "TESTKIT_";

/// The servers, which go when this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Servers {
    redis: Option<OwnRedis>,
    postgres: Option<OwnPostgres>,
}

impl Servers {
    /// Starts what nobody started for us.
    pub(crate) fn start(&mut self) -> Result<(), Failure> {
        if !is_given("TESTKIT_REDIS_URL") {
            self.redis = offered("Redis", OwnRedis::start(Durability::Fast))?;
        }
        if !is_given("TESTKIT_PG_URL") {
            self.postgres = offered("PostgreSQL", OwnPostgres::start(Durability::Fast))?;
        }
        Ok(())
    }

    /// Tells `command` where they are.
    pub(crate) fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if let Some(redis) = &self.redis {
            command.env("TESTKIT_REDIS_URL", redis.url());
        }
        if let Some(postgres) = &self.postgres {
            command.env("TESTKIT_PG_URL", postgres.url());
        }
        command
    }
}

/// Whether somebody said that tests may go without servers; never in CI.
pub(crate) fn may_be_absent() -> bool {
    let is = |variable: &str, wanted: &str| std::env::var_os(variable).is_some_and(|value| value == wanted);
    is("TESTKIT_SKIP_SERVERS", "1") && !is("CI", "true")
}

fn is_given(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

fn offered<S>(name: &str, server: Result<S, ServerError>) -> Result<Option<S>, Failure> {
    match server {
        Ok(server) => Ok(Some(server)),
        Err(error @ ServerError::NotInstalled { .. }) if may_be_absent() => {
            println!("no {name}: {error}: tests that need it will test nothing");
            Ok(None)
        }
        Err(error) => Err(Failure::other(format!("no {name}: {error}"))),
    }
}
