//! Accounts, sessions, one-time tokens, second factors.

mod accounts;
mod factors;
mod one_time;
mod record;
mod sessions;
