//! Whether a password is the right one.

use crate::handles::Handles;
use crate::{Call, FlowError, Hashed};
use stockade_authn::account::{Account, Replacement};
use stockade_authn::password::{Password, PasswordError, Verification};
use stockade_core::{Action, Outcome, Resource};

/// What came of presenting a password.
#[must_use]
pub(crate) enum Proof {
    Right,
    /// Why, for the audit log alone.
    Wrong(&'static str),
    Busy,
}

impl Handles {
    /// Judges `password`. Costs one hash, whether or not there is an account and whatever its hash is.
    pub(crate) async fn prove(
        &self,
        account: Option<&Account>,
        password: Password,
        call: &Call,
    ) -> Result<Proof, FlowError> {
        let stored = account.map(|account| account.password.clone());
        let verification = match self.hashing.verify(password.clone(), stored).await {
            Ok(Hashed::Done(verification)) => verification,
            Ok(Hashed::Busy) => return Ok(Proof::Busy),
            Err(FlowError::Password(error)) if is_of_the_hash(&error) => {
                return self.spend_a_hash(account, password, &error).await;
            }
            Err(error) => return Err(error),
        };
        Ok(match (verification, account) {
            (Verification::Match, Some(_)) => Proof::Right,
            (Verification::MatchOutdated, Some(account)) => {
                self.renew_hash(account, password, call).await;
                Proof::Right
            }
            (_, Some(_)) => Proof::Wrong("wrong_password"),
            (_, None) => Proof::Wrong("unknown_account"),
        })
    }

    /// No password can match such a hash. An answer of its own, or a quicker one, would tell that the account exists.
    async fn spend_a_hash(
        &self,
        account: Option<&Account>,
        password: Password,
        error: &PasswordError,
    ) -> Result<Proof, FlowError> {
        let id = account.map(|account| &account.id);
        tracing::error!(account = ?id, %error, "nobody can sign in with the stored hash of this account");
        Ok(match self.hashing.verify(password, None).await? {
            Hashed::Done(_) => Proof::Wrong("unusable_hash"),
            Hashed::Busy => Proof::Busy,
        })
    }

    /// Renewing is a courtesy of a login that has succeeded: whatever comes in between leaves the old hash in force.
    async fn renew_hash(&self, account: &Account, password: Password, call: &Call) {
        if let Err(error) = self.try_renew_hash(account, password, call).await {
            tracing::warn!(account = %account.id, %error, "an outdated hash could not be renewed");
        }
    }

    async fn try_renew_hash(
        &self,
        account: &Account,
        password: Password,
        call: &Call,
    ) -> Result<(), FlowError> {
        let Hashed::Done(new) = self.hashing.rehash(password).await? else { return Ok(()) };
        match self.accounts.replace_password(&account.id, &account.password, new).await? {
            Replacement::Replaced => {
                let event = self.trail.event(call, Action::PASSWORD_REHASH, Outcome::Success)?;
                self.trail.record(event.on(Resource::new("account", &account.id))).await
            }
            Replacement::Changed => Ok(()),
        }
    }
}

fn is_of_the_hash(error: &PasswordError) -> bool {
    matches!(
        error,
        PasswordError::MalformedHash | PasswordError::CostlyHash { .. } | PasswordError::UnknownPepper
    )
}
