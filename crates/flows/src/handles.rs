//! What flows are made from.

use crate::errands::Place;
use crate::gate::Gate;
use crate::grants::Grants;
use crate::notify::Matter;
use crate::post::Post;
use crate::{Call, FlowError, HashPool, SecondFactorPolicy, Trail};
use std::fmt;
use std::sync::Arc;
use stockade_authn::account::{Account, AccountStatus, AccountStore};
use stockade_authn::api_key::ApiKeys;
use stockade_authn::factor::SecondFactors;
use stockade_authn::one_time::{Bound, OneTimeTokens, Purpose};
use stockade_authn::password::PasswordRules;
use stockade_authn::session::Sessions;
use stockade_core::{Action, Clock, Entropy, Event, Outcome, Principal, Resource, RoleName};
use stockade_rbac::RoleAssignments;

/// The handles that all flows of one [`Auth`](crate::Auth) share.
#[derive(Clone)]
pub(crate) struct Handles {
    pub(crate) accounts: Arc<dyn AccountStore>,
    pub(crate) roles: Arc<dyn RoleAssignments>,
    pub(crate) sessions: Sessions,
    pub(crate) one_time: OneTimeTokens,
    pub(crate) factors: SecondFactors,
    pub(crate) api_keys: ApiKeys,
    pub(crate) second_factor: SecondFactorPolicy,
    pub(crate) grants: Grants,
    pub(crate) hashing: HashPool,
    pub(crate) rules: PasswordRules,
    pub(crate) gate: Gate,
    pub(crate) trail: Trail,
    pub(crate) post: Post,
    pub(crate) first_user_role: Option<RoleName>,
    pub(crate) default_role: Option<RoleName>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl Handles {
    /// Mails the owner of `account` a token for `purpose`.
    pub(crate) async fn send_token(
        &self,
        account: &Account,
        purpose: Purpose,
        bound: Bound,
        matter: fn(stockade_core::Secret<String>, std::time::Duration) -> Matter,
    ) -> Result<(), FlowError> {
        let issued = self.one_time.issue(purpose, &account.id, bound).await?;
        let matter = matter(issued.token, issued.expires_in);
        self.post.send(account.email.clone(), Some(account.name.clone()), matter).await
    }

    /// Records what a caller did to their own account.
    pub(crate) async fn record_own(
        &self,
        action: Action,
        outcome: Outcome,
        caller: &Principal,
        call: &Call,
        facts: impl FnOnce(Event) -> Event,
    ) -> Result<(), FlowError> {
        let event = self.trail.event(call, action, outcome)?.by_principal(caller);
        self.trail.record(facts(event.on(Resource::new("account", caller.subject())))).await
    }

    /// Does `errand` after the answer, with these handles.
    pub(crate) fn afterwards<F>(
        self: &Arc<Self>,
        place: Place,
        what: &'static str,
        errand: impl FnOnce(Arc<Self>) -> F,
    ) where
        F: Future<Output = Result<(), FlowError>> + Send + 'static,
    {
        place.run(what, errand(Arc::clone(self)));
    }
}

/// Whether anybody may sign in to `account`.
pub(crate) fn is_open(account: &Account) -> bool {
    account.status == AccountStatus::Active
}

/// Whether `account` is open, under the credentials that it had when `version` was read.
pub(crate) fn stands(account: Option<&Account>, version: u64) -> bool {
    account.is_some_and(|account| is_open(account) && account.credential_version == version)
}

impl fmt::Debug for Handles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handles").field("rules", &self.rules).finish_non_exhaustive()
    }
}
