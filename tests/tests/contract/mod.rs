//! The contract of `hello`, walked through with a real client against the real binary.

mod accounts;
mod audit;
mod errors;
mod keys;
