//! What stands before every guessable secret.

use crate::reply::Stop;
use crate::{Call, FlowError, Refusal, Trail};
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::step_up::require_own_hands;
use stockade_authn::{Admission, Attempt, AttemptGuard, Purpose};
use stockade_core::{Action, Outcome, Principal};

/// Counts an attempt before the secret is looked at.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) attempts: Arc<dyn AttemptGuard>,
    pub(crate) trail: Trail,
}

impl Gate {
    /// For how long `account` must wait, if it must.
    pub(crate) async fn wait(
        &self,
        purpose: Purpose,
        account: &str,
        call: &Call,
    ) -> Result<Option<Duration>, FlowError> {
        match self.attempts.admit(&Attempt::new(purpose, account, call.client.ip)).await? {
            Admission::Proceed => Ok(None),
            Admission::Wait { after, notable } => {
                if notable {
                    let event = self.trail.event(call, Action::RATE_LIMIT, Outcome::Denied)?;
                    self.trail.record(event.because(purpose)).await?;
                }
                Ok(Some(after))
            }
        }
    }

    pub(crate) async fn pass(&self, purpose: Purpose, account: &str, call: &Call) -> Result<(), Stop> {
        match self.wait(purpose, account, call).await? {
            None => Ok(()),
            Some(after) => Err(Refusal::Wait(after).into()),
        }
    }

    /// For a token whose owner is not known before it is looked up: counted by its own beginning, and by the network.
    pub(crate) async fn pass_token(&self, purpose: Purpose, token: &str, call: &Call) -> Result<(), Stop> {
        const SHOWN: usize = 16;
        let beginning: String = token.chars().take(SHOWN).collect();
        self.pass(purpose, &beginning, call).await
    }
}

/// Lets pass only the owner of an account, signed in as themselves.
pub(crate) fn own_hands(caller: &Principal) -> Result<(), Stop> {
    require_own_hands(caller).into_result().map_err(|_| Refusal::NotOwnHands.into())
}
