//! How often what may be asked.

use std::time::Duration;
use stockade::flows::{AttemptLimits, Limits};
use stockade::ratelimit::Quota;

/// Those of the library.
pub(crate) fn standard() -> AttemptLimits {
    AttemptLimits::default()
}

/// So high that a test of the whole API does not meet them; still limits, so that all the code runs.
pub(crate) fn insecure_generous() -> AttemptLimits {
    const MANY: Limits = Limits { per_account: Some(GENEROUS), ..Limits::DANGER_NONE };
    let mut limits = AttemptLimits::default();
    for purpose in [
        &mut limits.login,
        &mut limits.sign_up,
        &mut limits.mfa,
        &mut limits.backup_code,
        &mut limits.reset,
        &mut limits.reset_request,
        &mut limits.verify,
        &mut limits.verify_request,
        &mut limits.reauthenticate,
        &mut limits.api_key,
        &mut limits.other,
    ] {
        *purpose = MANY;
    }
    limits
}

/// A million a minute.
pub(crate) const GENEROUS: Quota = Quota::literal(1_000_000, Duration::from_secs(60));
