//! A policy is read or refused in one line. What is read judges any text: each place that it names can be cut out of the text, the
//! greatest finding decides, nothing to be taken out is left of it, and the same text has the same verdict again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stockade_guardrails::{Action, Ask, Guard, Policy};

fuzz_target!(|input: &str| {
    let (file, text) = input.split_once("\n---\n").unwrap_or((input, "no chest pain, SpO2 88"));
    let policy = match Policy::parse(file) {
        Ok(policy) => policy,
        Err(error) => {
            assert!(!error.to_string().contains('\n'));
            return;
        }
    };
    let Ok(guard) = Guard::builder().policy(policy.clone()).build() else { return };
    for ask in [Ask::input(), Ask::output(), Ask::input().role("guest")] {
        let verdict = guard.check(text, &ask);
        let greatest = verdict.findings.iter().map(|finding| finding.action).max().unwrap_or(Action::Allow);
        assert!(verdict.action >= greatest);
        for finding in &verdict.findings {
            assert!(text.get(finding.span.range()).is_some());
            assert_eq!(finding.rule.policy(), policy.name());
        }
        let redacted = guard.redact(text, &verdict);
        let takes = verdict.findings.iter().any(|finding| finding.action == Action::Redact && !finding.span.is_empty());
        assert!(takes || redacted == text);
        assert!(guard.preview(text, &verdict).chars().count() <= 200);
        assert_eq!(guard.check(text, &ask), verdict);
    }
});
