//! What rows and benches measure, set up as a service would.

mod accounts;
mod files;
mod http_stack;
mod tokens;

pub use accounts::{EMAIL, accounts, accounts_with, call, memory_stores, sign_in, sign_up};
pub use files::Files;
pub use http_stack::{HttpStack, PATH, open_sqlite};
pub use tokens::{RawClaims, Tokens, grant, key, new_authenticator};
