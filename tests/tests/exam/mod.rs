//! The account backend `exam`, with a real client against the real binary: one journey through everything, and the attacks that
//! each have a name.

mod confusion;
mod crash;
mod database;
mod document;
mod enumeration;
mod guessing;
mod journey;
mod resets;
mod sessions;
mod signing;
mod single_use;
mod starts;
