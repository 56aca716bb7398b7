//! Recording what flows did.

use crate::{Call, FlowError};
use std::fmt;
use std::sync::Arc;
use stockade_core::{Action, Clock, Entropy, Event, Outcome, Recorder};

/// What an event that cannot be recorded means for the action that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordPolicy {
    /// No audit, no action: the flow fails and undoes what it did.
    Required,
    /// The action stands; the failure goes to the log of the process.
    BestEffort,
}

/// Where flows record, and how strictly. `Clone` gives another handle.
///
/// By default whatever gives power is [`RecordPolicy::Required`] (an account, a session, a role, a new password, an API key), and so is what
/// decides about evidence and cannot be undone (an erasure, a legal hold). Whatever takes power away or refuses it is
/// [`RecordPolicy::BestEffort`]: an attacker who fills the disk must not be able to keep sessions alive.
#[derive(Clone)]
pub struct Trail {
    recorder: Arc<dyn Recorder>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    policy: fn(&Action, Outcome) -> RecordPolicy,
}

impl Trail {
    /// A trail into `recorder`.
    #[must_use]
    pub fn new(recorder: Arc<dyn Recorder>, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { recorder, clock, entropy, policy: default_policy }
    }

    /// Decides per action and outcome how strictly to record.
    #[must_use]
    pub fn with_policy(mut self, policy: fn(&Action, Outcome) -> RecordPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// An event of now, with what is known of the call.
    ///
    /// # Errors
    /// The system gave no randomness for its id.
    pub fn event(&self, call: &Call, action: Action, outcome: Outcome) -> Result<Event, FlowError> {
        let event = Event::new(self.clock.now(), &*self.entropy, action, outcome)?;
        Ok(event.from(call.client.clone()).in_request(call.request_id.clone()))
    }

    /// Records `event` under the policy.
    ///
    /// # Errors
    /// It could not be recorded, and the policy says that it must.
    pub async fn record(&self, event: Event) -> Result<(), FlowError> {
        let policy = (self.policy)(&event.action, event.outcome);
        let (action, outcome) = (event.action.clone(), event.outcome.as_str());
        match (self.recorder.record(event).await, policy) {
            (Ok(()), _) => Ok(()),
            (Err(error), RecordPolicy::Required) => Err(FlowError::NotRecorded(error)),
            (Err(error), RecordPolicy::BestEffort) => {
                tracing::error!(%action, outcome, error = %error, "an event could not be recorded");
                Ok(())
            }
        }
    }
}

/// What gives somebody power that they did not have: a way in, a right, an account.
const GIVES_POWER: [Action; 14] = [
    Action::SIGN_UP,
    Action::LOGIN,
    Action::REFRESH,
    Action::REAUTHENTICATE,
    Action::ROLE_GRANT,
    Action::PASSWORD_CHANGE,
    Action::PASSWORD_RESET,
    Action::EMAIL_VERIFY,
    Action::EMAIL_CHANGE,
    Action::MFA_DISABLE,
    Action::API_KEY_CREATE,
    Action::API_KEY_ROTATE,
    Action::IMPERSONATE,
    Action::ACCOUNT_ENABLE,
];

/// What nobody can undo, and what it hangs on.
const DECIDES_ABOUT_EVIDENCE: [Action; 5] =
    [Action::ERASE_INTENT, Action::ERASE, Action::HOLD, Action::HOLD_RELEASE_INTENT, Action::HOLD_RELEASE];

fn default_policy(action: &Action, outcome: Outcome) -> RecordPolicy {
    let strict = GIVES_POWER.contains(action) || DECIDES_ABOUT_EVIDENCE.contains(action);
    if outcome == Outcome::Success && strict { RecordPolicy::Required } else { RecordPolicy::BestEffort }
}

impl fmt::Debug for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trail").finish_non_exhaustive()
    }
}
