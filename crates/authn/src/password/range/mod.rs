//! Breached passwords by k-anonymity: the range protocol of Have I Been Pwned.

mod answer;
mod client;
mod fetch;
#[cfg(test)]
mod tests;

pub use answer::{MalformedRange, RangeAnswer};
pub use client::{InvalidRangeUrl, RangeClient};
pub use fetch::{Fetch, FetchError};
