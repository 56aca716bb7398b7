//! A policy's word about itself.

use super::Policy;
use crate::{Action, Ask, Direction, Guard, GuardError, RuleId};

/// What came of the `[[test]]` cases of a policy.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TestReport {
    /// How many came out as written.
    pub passed: usize,
    /// Those that did not.
    pub failures: Vec<TestFailure>,
}

impl TestReport {
    /// Whether every case came out as written.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.failures.is_empty()
    }
}

/// A case that came out otherwise than its policy says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFailure {
    /// Which one, counted from 0.
    pub index: usize,
    /// Its text, which is the policy author's own.
    pub text: String,
    /// What the policy says should happen.
    pub expected: Action,
    /// What happens.
    pub actual: Action,
    /// The rules that found something.
    pub found: Vec<RuleId>,
    /// The rules named by the case that found nothing.
    pub missing: Vec<String>,
}

impl Policy {
    /// Runs the policy's own cases against it alone, without a [`Scorer`](crate::Scorer); what could not be checked for want of one
    /// does not count. Costs a compilation and one check a case.
    ///
    /// # Errors
    /// [`GuardError`] where no guard can be made of the policy.
    pub fn run_tests(&self) -> Result<TestReport, GuardError> {
        let guard = Guard::builder().policy(self.clone()).build()?;
        let mut report = TestReport::default();
        let standard = match self.body.applies.to(Direction::Input) {
            true => Direction::Input,
            false => Direction::Output,
        };
        for (index, test) in self.body.tests.iter().enumerate() {
            let ask = Ask {
                direction: test.direction.unwrap_or(standard),
                role: test.role.as_deref(),
                topic: test.topic.as_deref(),
                country: test.country.as_deref(),
            };
            let verdict = guard.check(&test.text, &ask);
            let actual = verdict.findings.iter().map(|finding| finding.action).max().unwrap_or(Action::Allow);
            let names = |id: &String| verdict.findings.iter().any(|finding| finding.rule.rule() == id);
            let missing: Vec<String> = test.rules.iter().filter(|id| !names(id)).cloned().collect();
            if actual == test.action && missing.is_empty() {
                report.passed += 1;
            } else {
                let found = verdict.findings.into_iter().map(|finding| finding.rule).collect();
                let (text, expected) = (test.text.clone(), test.action);
                report.failures.push(TestFailure { index, text, expected, actual, found, missing });
            }
        }
        Ok(report)
    }
}
