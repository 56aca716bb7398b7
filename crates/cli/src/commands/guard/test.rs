//! `guard test`.

use super::policies;
use super::words::action;
use crate::Exit;
use crate::args::{GuardTest, Voice};
use crate::failure::Failure;
use crate::say;
use serde_json::json;
use stockade_guardrails::{Policy, TestFailure, TestReport};

pub(super) fn test(args: &GuardTest, voice: Voice) -> Result<(), Failure> {
    let shipped = || Policy::shipped_names().map(String::from).collect();
    let names: Vec<String> = if args.policies.is_empty() { shipped() } else { args.policies.clone() };
    let mut failed = 0;
    for name in &names {
        let policy = policies::policy(name)?;
        let report = policy.run_tests().map_err(|error| Failure::chained(Exit::Usage, "policy", &error))?;
        failed += report.failures.len();
        let failures: Vec<_> = report.failures.iter().map(object).collect();
        let object = json!({ "policy": policy.name(), "passed": report.passed, "failures": failures });
        say::result(voice, &object, || words(policy.name(), &report))?;
    }
    match failed {
        0 => Ok(()),
        failed => {
            Err(Failure::new(Exit::Failed, "tests", format!("{failed} cases do not come out as written")))
        }
    }
}

fn object(failure: &TestFailure) -> serde_json::Value {
    let found: Vec<_> = failure.found.iter().map(|rule| rule.as_str()).collect();
    json!({
        "index": failure.index,
        "text": failure.text,
        "expected": failure.expected,
        "actual": failure.actual,
        "found": found,
        "missing": failure.missing,
    })
}

fn words(policy: &str, report: &TestReport) -> String {
    let mut said = format!("{policy}: {} passed, {} failed", report.passed, report.failures.len());
    for failure in &report.failures {
        let (expected, actual) = (action(failure.expected), action(failure.actual));
        said.push_str(&format!(
            "\n  case {}: {actual} instead of {expected}: {}",
            failure.index,
            failure.text.escape_debug()
        ));
        for rule in &failure.missing {
            said.push_str(&format!("\n    `{rule}` found nothing"));
        }
    }
    said
}
