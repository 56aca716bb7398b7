//! Accounts, sessions, one-time tokens, second factors, API keys, signing keys.

mod accounts;
mod api_keys;
mod factors;
mod one_time;
mod record;
mod sessions;
mod signing_keys;
