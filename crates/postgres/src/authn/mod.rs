//! Accounts and sessions.

mod accounts;
mod record;
mod sessions;
