//! Rules for what a valid token alone should not open: a fresh proof of who is there, and by that person's own hands.
//!
//! ```
//! use std::time::Duration;
//! use stockade_authn::step_up::{Freshness, StaleReason, StepUp};
//! use stockade_core::{Assurance, AuthMethod, AuthMethods, Principal, UnixMillis};
//!
//! const RULE: StepUp = StepUp::require_recent(Duration::from_secs(300), Assurance::Aal1);
//! let signed_in = UnixMillis::from_secs(1_700_000_000);
//! let ada = Principal::user("ada".parse()?)
//!     .authenticated_at(signed_in)
//!     .with_methods(AuthMethods::of(AuthMethod::Password));
//! assert_eq!(RULE.check(&ada, signed_in), Freshness::Fresh);
//! let later = signed_in.plus(Duration::from_secs(301));
//! assert_eq!(RULE.check(&ada, later), Freshness::Stale(StaleReason::TooOld));
//! # Ok::<(), stockade_core::InvalidText>(())
//! ```

mod hands;
mod recent;
#[cfg(test)]
mod tests;

pub use hands::{Borrowed, Hands, require_own_hands};
pub use recent::{Freshness, NamedStepUp, StaleReason, StepUp, StepUpRefusal};
