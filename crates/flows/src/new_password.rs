//! Which new passwords are taken.

use crate::SecondFactorPolicy;
use crate::handles::Handles;
use crate::reply::Stop;
use stockade_authn::account::Account;
use stockade_authn::password::{
    AcceptedPassword, Password, PasswordContext, PasswordRejection, PasswordRulesError,
};
use stockade_core::{Problem, Secret};

impl Handles {
    /// Judges a new password for `account`. A shorter one will do where nobody can be without a second factor; where somebody
    /// could switch it off, it would be too short afterwards.
    pub(crate) async fn accept(
        &self,
        typed: Secret<String>,
        account: &Account,
    ) -> Result<AcceptedPassword, Stop> {
        let context = match self.second_factor {
            SecondFactorPolicy::Required if self.needs_second_factor(account).await? => {
                PasswordContext::with_second_factor()
            }
            _ => PasswordContext::only_factor(),
        };
        let context = context.with_name(account.name.as_str()).with_email(&account.email);
        self.accept_for(typed, context, "new_password").await
    }

    /// Judges a new password by what is known of it alone, which costs next to nothing.
    pub(crate) fn judge_new(
        &self,
        typed: &Secret<String>,
        context: &PasswordContext,
        field: &'static str,
    ) -> Result<(), Problem> {
        let password = Password::try_from(typed.clone()).map_err(|rejection| named(rejection, field))?;
        self.rules.policy().accept(password, context).map(drop).map_err(|rejection| named(rejection, field))
    }

    /// Judges a new password; a refusal names the request's `field`.
    pub(crate) async fn accept_for(
        &self,
        typed: Secret<String>,
        context: PasswordContext,
        field: &'static str,
    ) -> Result<AcceptedPassword, Stop> {
        let password = Password::try_from(typed).map_err(|rejection| named(rejection, field))?;
        self.rules.accept(password, &context).await.map_err(|error| match error {
            PasswordRulesError::Rejected(rejection) => named(rejection, field).into(),
            error => Stop::from(Problem::from(&error)),
        })
    }
}

/// The domain knows a rejected password; which field of the request it stood in, only the flow.
fn named(rejection: PasswordRejection, field: &'static str) -> Problem {
    let problem = Problem::from(rejection);
    let code = problem.fields().first().map_or("invalid".into(), |first| first.code.clone());
    Problem::invalid_field(field, code, rejection.to_string())
}
