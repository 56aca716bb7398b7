//! The second factor: setting it up, completing a login with it, taking it away.

mod codes;
mod complete;
mod enrol;
mod remove;

pub use codes::{SecondFactorCode, SecondFactorPolicy};
pub use complete::{CompleteLoginFlow, LoginCompletion};
pub use enrol::{BackupCodesView, EnrolmentConfirmation, EnrolmentView, MfaFlow, Presence};
pub use remove::{FactorRemoval, Regeneration};
