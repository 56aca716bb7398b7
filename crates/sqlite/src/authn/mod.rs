//! Accounts, API keys, signing keys, sessions, one-time tokens, second factors.

mod accounts;
mod api_keys;
mod factors;
mod one_time;
mod record;
mod sessions;
mod signing_keys;
