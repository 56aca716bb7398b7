use super::guard::passage;
use crate::Refusal;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use stockade_authn::PendingAuthentication;
use stockade_core::Principal;

/// The wait for a credential's judgement.
pub struct PendingCredential(pub(super) PendingAuthentication);

impl Future for PendingCredential {
    type Output = Result<Option<Principal>, Refusal>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx).map(passage)
    }
}

impl fmt::Debug for PendingCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PendingCredential")
    }
}
