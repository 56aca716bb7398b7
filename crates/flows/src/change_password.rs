//! A new password for who knows the old one.

use crate::gate::own_hands;
use crate::handles::Handles;
use crate::notify::Matter;
use crate::proof::Proof;
use crate::reply::{Stop, reply};
use crate::{Call, FlowError, Hashed, Login, Refusal, Reply};
use std::fmt;
use std::sync::Arc;
use stockade_authn::Purpose;
use stockade_authn::account::Account;
use stockade_authn::password::Password;
use stockade_core::{Action, Outcome, Principal, Problem, Secret};

/// What a caller sends to change their password.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password until now.
    pub current_password: Secret<String>,
    /// The password from now on.
    pub new_password: Secret<String>,
}

/// Changes passwords.
#[derive(Clone)]
pub struct ChangePasswordFlow {
    pub(crate) with: Arc<Handles>,
}

impl ChangePasswordFlow {
    /// Puts a new password in the place of the current one. Every session ends, the caller's too: a copied token of theirs is worth
    /// nothing afterwards (ASVS 7.2.4, 7.4.3). The answer is that of a login with the new password: tokens of a new session, or
    /// [`Login::MfaRequired`] where a second factor is in force, since nobody has shown that one. API keys stay.
    ///
    /// # Errors
    /// A store, hashing or the audit trail failed. The caller may have to sign in again.
    pub async fn run(
        &self,
        caller: &Principal,
        request: PasswordChange,
        call: &Call,
    ) -> Result<Reply<Login>, FlowError> {
        reply(self.try_run(caller, request, call).await)
    }

    async fn try_run(&self, caller: &Principal, request: PasswordChange, call: &Call) -> Result<Login, Stop> {
        own_hands(caller)?;
        let with = &self.with;
        let account = with.confirm_password(caller, request.current_password, call).await?;
        let accepted = with.accept(request.new_password, &account).await?;
        let Hashed::Done(hash) = with.hashing.hash(accepted).await? else { return Err(Refusal::Busy.into()) };
        with.record_own(Action::PASSWORD_CHANGE, Outcome::Success, caller, call, |event| event).await?;
        with.put_password(&account, hash).await?;
        with.post.tell(&account, Matter::PasswordChanged);

        let changed = Account { credential_version: account.credential_version.saturating_add(1), ..account };
        Ok(with.admit(&changed, call).await?.ok_or(Refusal::Overtaken)?)
    }
}

impl Handles {
    /// The caller's account, once they have shown that they know its password: a stolen session alone changes nothing.
    pub(crate) async fn confirm_password(
        &self,
        caller: &Principal,
        typed: Secret<String>,
        call: &Call,
    ) -> Result<Account, Stop> {
        let password = Password::try_from(typed).map_err(Problem::from)?;
        self.gate.pass(Purpose::REAUTHENTICATE, caller.subject().as_str(), call).await?;
        let account = self.standing_account(caller).await?;
        match self.prove(Some(&account), password, call).await? {
            Proof::Right => Ok(account),
            Proof::Busy => Err(Refusal::Busy.into()),
            Proof::Wrong(why) => {
                self.record_own(Action::REAUTHENTICATE, Outcome::Failure, caller, call, |event| {
                    event.because(why)
                })
                .await?;
                Err(Refusal::WrongPassword.into())
            }
        }
    }
}

impl fmt::Debug for ChangePasswordFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangePasswordFlow").finish_non_exhaustive()
    }
}
