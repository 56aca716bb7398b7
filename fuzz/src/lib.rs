//! What the targets share: fixed keys, a stopped clock, and readers that the code under test does not use.

#![forbid(unsafe_code)]

mod fernet;
mod json;
mod jws;
mod ready;
mod time;

pub use fernet::signed_fernet;
pub use json::{Member, members};
pub use jws::{KEY_ID, SECRET, keys, signed, signing_key, split_line};
pub use ready::ready;
pub use time::{NOW, clock};
