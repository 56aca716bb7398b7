//! From a proof to a session.

use crate::handles::{Handles, stands};
use crate::{Call, FlowError, TokenPair};
use stockade_authn::account::Account;
use stockade_authn::session::{EndReason, OpenedSession, SignIn};
use stockade_core::{Action, Assurance, AuthMethods, Outcome};

impl Handles {
    /// Opens a session for the owner of `account`, who has proved by `methods` who they are. `account` is as it was read before
    /// the proof was judged.
    ///
    /// `None` if the account was closed, or its password or its factors changed meanwhile: a session that is opened after the change ended all
    /// others is found here, one that is opened before is among the ended.
    pub(crate) async fn enter(
        &self,
        account: &Account,
        methods: AuthMethods,
        action: Action,
        call: &Call,
    ) -> Result<Option<TokenPair>, FlowError> {
        let sign_in = SignIn::new(account.id.clone(), call.client.clone(), methods)
            .at_credential_version(account.credential_version);
        let opened = self.sessions.open(sign_in).await?;
        let session = opened.binding.session;
        let finished = self.finish(account, opened, methods, action, call).await;
        if !matches!(finished, Ok(Some(_))) {
            // Nobody got a token for it; what stays is tidying up, so its failure adds nothing.
            let _ = self.sessions.end(session, &account.id, EndReason::Revoked).await;
        }
        finished
    }

    async fn finish(
        &self,
        account: &Account,
        opened: OpenedSession,
        methods: AuthMethods,
        action: Action,
        call: &Call,
    ) -> Result<Option<TokenPair>, FlowError> {
        let now = self.accounts.by_id(&account.id).await?;
        if !stands(now.as_ref(), account.credential_version) {
            return Ok(None);
        }
        // A second factor that came into force since the password was judged is asked for, all the same.
        if methods.assurance() < Assurance::Aal2 && self.needs_second_factor(account).await? {
            return Ok(None);
        }
        let event = self.trail.event(call, action, Outcome::Success)?;
        let event = event.by(account.id.clone()).in_session(opened.binding.session);
        let event = event.with("method", methods.to_string()).with("evicted_sessions", opened.evicted.len());
        self.trail.record(event).await?;
        let (id, at) = (account.id.clone(), opened.authenticated_at);
        self.grants.pair(id, opened.binding, at, methods, opened.refresh_token).await.map(Some)
    }
}
