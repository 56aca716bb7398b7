//! Accounts, sessions, one-time tokens.

mod accounts;
mod one_time;
mod record;
mod sessions;
