//! A guard over a text that comes in pieces.
//!
//! What may be passed on is passed on at once; what may still become part of a match waits, and no more than that: the beginnings of
//! terms, the surroundings of a hit, a word that may become a URL or a key. What comes out in the end, and the verdict, is what the guard
//! says of the whole text, for every way of cutting:
//!
//! - where the whole is allowed or redacted, the pieces passed on make up [`Guard::redact`](crate::Guard::redact) of the whole;
//! - where it is blocked or escalated, they make up the beginning of that, up to what was found at the latest.
//!
//! Two things can only be said at the end, when the text has been passed on: thresholds on a score, and rules whose parts may stand
//! anywhere (`within = 0`) and that take nothing out.

mod armour;
mod calm;
mod clusters;
mod guard;
mod holds;
mod pen;
mod reader;
mod recent;
mod rules;
#[cfg(test)]
mod tests;
mod utf8;

pub use guard::{MAX_HELD, StreamEnd, StreamGuard, StreamStep};
pub use utf8::{InvalidUtf8, Utf8Chunks};
