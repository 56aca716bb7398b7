//! The incumbents, each as its own documentation sets it up. `compare --peers` starts this and speaks with it.

mod asked;
mod breaker;
mod fernet;
mod guardrails;
mod limiter;
mod serve;

use std::process::ExitCode;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let result = match (arguments.next().as_deref(), arguments.next()) {
        (Some("serve"), Some(folder)) => serve::run(folder.as_ref()),
        (Some("limiter"), None) => limiter::run(),
        (Some("fernet"), None) => fernet::run(),
        (Some("guardrails"), None) => guardrails::run(),
        (Some("breaker"), Some(role)) => breaker::run(&role),
        _ => Err("usage: benches-peers serve FOLDER | limiter | fernet | guardrails | breaker ROLE".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
