//! The one place where tokens are written out.

use serde::Serialize;
use stockade_authn::one_time::IssuedToken;
use stockade_flows::{Login, TokenPair};

/// What a login gave.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Entry {
    /// RFC 6749 §5.1.
    SignedIn {
        access_token: String,
        refresh_token: String,
        token_type: &'static str,
        expires_in: u64,
    },
    MfaRequired {
        status: &'static str,
        pending_token: String,
        expires_in: u64,
    },
}

impl From<&TokenPair> for Entry {
    fn from(pair: &TokenPair) -> Self {
        Self::SignedIn {
            access_token: pair.access_token.expose().clone(),
            refresh_token: pair.refresh_token.expose().clone(),
            token_type: "bearer",
            expires_in: pair.expires_in.as_secs(),
        }
    }
}

impl From<&IssuedToken> for Entry {
    fn from(pending: &IssuedToken) -> Self {
        Self::MfaRequired {
            status: "mfa_required",
            pending_token: pending.token.expose().clone(),
            expires_in: pending.expires_in.as_secs(),
        }
    }
}

/// Both are answers to a login that went well so far; everything else is a problem.
pub(super) fn entry(login: Login) -> Result<Entry, stockade_core::Problem> {
    match login {
        Login::MfaRequired(pending) => Ok(Entry::from(&pending)),
        login => Ok(Entry::from(&login.into_result()?)),
    }
}
