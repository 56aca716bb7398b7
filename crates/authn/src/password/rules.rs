//! All that a new password has to pass, in one place.

use super::{
    AcceptedPassword, BreachCheckError, BreachedPasswords, Exposure, FailurePolicy, Password,
    PasswordContext, PasswordPolicy, PasswordRejection,
};
use std::sync::Arc;
use stockade_core::Problem;

/// A policy, and the lists of breached passwords that are asked beside it. `Clone` gives another handle.
///
/// ```
/// use std::sync::Arc;
/// use stockade_authn::password::*;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
///
/// let of_our_trade = Arc::new(CommonPasswords::from_words(["measure twice cut once"]));
/// let rules = PasswordRules::new(PasswordPolicy::default()).breached(of_our_trade, FailurePolicy::FailClosed);
/// let context = PasswordContext::only_factor().with_name("Ada Lovelace");
///
/// assert!(rules.accept(Password::new("correct horse battery staple".into())?, &context).await.is_ok());
/// let refused = rules.accept(Password::new("Measure Twice Cut Once".into())?, &context).await;
/// assert!(matches!(refused, Err(PasswordRulesError::Rejected(PasswordRejection::Breached))));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct PasswordRules {
    policy: PasswordPolicy,
    breached: Vec<(Arc<dyn BreachedPasswords>, FailurePolicy)>,
    #[cfg(feature = "zxcvbn")]
    min_strength: Option<super::Strength>,
}

/// A new password was not accepted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordRulesError {
    /// It breaks a rule.
    #[error("the password is not accepted")]
    Rejected(#[from] PasswordRejection),
    /// A list that must be asked could not be.
    #[error("the password could not be checked")]
    Unchecked(#[from] BreachCheckError),
}

impl PasswordRules {
    /// `policy`, and no list but the one it has built in.
    #[must_use]
    pub fn new(policy: PasswordPolicy) -> Self {
        Self {
            policy,
            breached: Vec::new(),
            #[cfg(feature = "zxcvbn")]
            min_strength: None,
        }
    }

    /// Asks `list`, too, in the order in which lists were added; `failure` says what holds when it cannot be asked.
    #[must_use]
    pub fn breached(mut self, list: Arc<dyn BreachedPasswords>, failure: FailurePolicy) -> Self {
        self.breached.push((list, failure));
        self
    }

    /// Refuses what is estimated to be weaker than `strength`. Costs up to some 15 milliseconds for each new password, on
    /// the thread that asks.
    #[cfg(feature = "zxcvbn")]
    #[must_use]
    pub fn min_strength(mut self, strength: super::Strength) -> Self {
        self.min_strength = Some(strength);
        self
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &PasswordPolicy {
        &self.policy
    }

    /// Accepts `password` as a new one, or says why not: the policy first, then strength, then list after list, so that no
    /// list is asked about what would be refused anyway.
    ///
    /// # Errors
    /// The first rule that it breaks, or a list that could not be asked and [fails closed](FailurePolicy::FailClosed).
    pub async fn accept(
        &self,
        password: Password,
        context: &PasswordContext,
    ) -> Result<AcceptedPassword, PasswordRulesError> {
        self.policy.judge(&password, context)?;
        #[cfg(feature = "zxcvbn")]
        if self.min_strength.is_some_and(|min| super::Strength::estimate(&password, context) < min) {
            return Err(PasswordRejection::Guessable.into());
        }
        let mut checks_missed = 0;
        for (list, failure) in &self.breached {
            match (list.check(&password).await, failure) {
                (Ok(Exposure::NotFound), _) => {}
                (Ok(Exposure::Found { .. }), _) => return Err(PasswordRejection::Breached.into()),
                (Err(_), FailurePolicy::FailOpen) => checks_missed += 1,
                (Err(error), FailurePolicy::FailClosed) => return Err(error.into()),
            }
        }
        Ok(AcceptedPassword { password, checks_missed })
    }
}

impl Default for PasswordRules {
    fn default() -> Self {
        Self::new(PasswordPolicy::default())
    }
}

impl From<PasswordPolicy> for PasswordRules {
    fn from(policy: PasswordPolicy) -> Self {
        Self::new(policy)
    }
}

impl From<&PasswordRulesError> for Problem {
    fn from(error: &PasswordRulesError) -> Self {
        match error {
            PasswordRulesError::Rejected(rejection) => (*rejection).into(),
            PasswordRulesError::Unchecked(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;

    #[derive(Debug)]
    struct Fixed(Option<Exposure>);

    #[async_trait]
    impl BreachedPasswords for Fixed {
        async fn check(&self, _: &Password) -> Result<Exposure, BreachCheckError> {
            self.0.ok_or_else(|| BreachCheckError::Unreachable("no route".into()))
        }
    }

    async fn judge(list: Option<Exposure>, failure: FailurePolicy) -> Result<usize, PasswordRulesError> {
        let rules = PasswordRules::default().breached(Arc::new(Fixed(list)), failure);
        let password = Password::new("correct horse battery staple".to_owned()).unwrap();
        rules.accept(password, &PasswordContext::only_factor()).await.map(|accepted| accepted.checks_missed())
    }

    #[tokio::test]
    async fn asvs_v6_2_12_a_breached_password_is_refused_whatever_failure_would_mean() {
        for failure in [FailurePolicy::FailOpen, FailurePolicy::FailClosed] {
            let refused = judge(Some(Exposure::Found { times: None }), failure).await.unwrap_err();
            assert_eq!(Problem::from(&refused).fields().first().unwrap().code, "breached");
            assert_eq!(judge(Some(Exposure::NotFound), failure).await.unwrap(), 0);
        }
    }

    #[tokio::test]
    async fn a_list_out_of_reach_refuses_or_is_counted_as_configured() {
        assert_eq!(judge(None, FailurePolicy::FailOpen).await.unwrap(), 1);
        let refused = judge(None, FailurePolicy::FailClosed).await.unwrap_err();
        assert_eq!(Problem::from(&refused), Problem::unavailable());
    }

    #[tokio::test]
    async fn no_list_is_asked_about_what_the_policy_refuses() {
        #[derive(Debug)]
        struct Never;
        #[async_trait]
        impl BreachedPasswords for Never {
            async fn check(&self, _: &Password) -> Result<Exposure, BreachCheckError> {
                panic!("asked")
            }
        }
        let rules = PasswordRules::default().breached(Arc::new(Never), FailurePolicy::FailClosed);
        for typed in ["short", "passwordpassword"] {
            let password = Password::new(typed.to_owned()).unwrap();
            let refused = rules.accept(password, &PasswordContext::only_factor()).await;
            assert!(matches!(refused, Err(PasswordRulesError::Rejected(_))), "{typed}");
        }
    }
}
