//! Attacks on the running `hello`, one file a family; each test is named after its attack.

mod access;
mod enumeration;
mod flood;
mod headers;
mod input;
mod limits;
mod refresh;
mod request_id;
mod secrets;
mod tokens;
