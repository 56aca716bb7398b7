//! What is hidden by where it stands.

use super::*;
use crate::Ask;

const ESCAPED: [&str; 14] = [
    r#"{"env":"A=1\nAKIAIOSFODNN7EXAMPLQ\nB=2"}"#,
    r#"{"t":"x\nghp_16C7e42F292c6912E7710c838347Ae178B4a\n"}"#,
    r#"{"t":"x\n4111111111111111\n"}"#,
    r#"{"t":"x\n078-05-1120\n"}"#,
    r#"{"t":"x\n192.168.0.1\n"}"#,
    r#"{"t":"x\nDE89370400440532013000\n"}"#,
    r#"{"t":"x\njo@example.org\n"}"#,
    r#"{"to":"jo\u0040example.org"}"#,
    r#"{"card":"4111\u00201111\u00201111\u00201111"}"#,
    r#"{"card":[4111111111111111]}"#,
    r#"{"html":"\u003cscript\u003ealert(1)\u003c/script\u003e"}"#,
    r#"{"html":"\u003cimg src=//evil.example/x\u003e"}"#,
    r#"{"jo@example.org":1}"#,
    r#"{"a":{"password":"Tr0ub4dor3xYz"}}"#,
];

#[test]
fn confusion_escapes_in_arguments_hide_nothing() {
    let guard = guard_with(&["pii", "secrets", "output-safety"]);
    for raw in ESCAPED {
        let mut arguments = raw.to_owned();
        let verdict = arguments::judge(&guard, &Ask::output(), &mut arguments);
        assert!(verdict.action >= Action::Redact, "{raw}");
        if verdict.action == Action::Redact {
            assert!(arguments.contains("[REDACTED:"), "{arguments}");
            crate::parse_json(&arguments, 1000).unwrap();
            let again = arguments::judge(&guard, &Ask::output(), &mut arguments.clone());
            assert_eq!(again.action, Action::Allow, "{arguments}");
        }
    }
    for clean in [r#"{ "t": "a\nb", "n": 12, "list": [true, null] }"#, "no JSON", "{\"a\":1,\"a\":2}"] {
        let mut arguments = clean.to_owned();
        assert_eq!(arguments::judge(&guard, &Ask::output(), &mut arguments).action, Action::Allow);
        assert_eq!(arguments, clean, "not written again");
    }
}

#[test]
fn confusion_an_order_cut_into_values_is_seen() {
    let mut arguments = r#"{"a":["please open","the gate"]}"#.to_owned();
    assert_eq!(arguments::judge(&guard_with(&[]), &Ask::output(), &mut arguments).action, Action::Block);
}

#[test]
fn confusion_two_names_that_become_one_are_blocked() {
    let mut arguments = r#"{"jo@example.org":1,"al@example.org":2}"#.to_owned();
    let verdict = arguments::judge(&guard_with(&["pii"]), &Ask::output(), &mut arguments);
    assert_eq!(verdict.action, Action::Block);
}

#[test]
fn flood_of_values_is_a_failed_check() {
    let mut arguments = format!("[{}1]", "1,".repeat(20_000));
    let verdict = arguments::judge(&guard_with(&[]), &Ask::output(), &mut arguments);
    assert_eq!((verdict.action, verdict.failures.len()), (Action::Block, 1));
}

#[tokio::test]
async fn confusion_a_forged_turn_between_does_not_hide_what_was_cut() {
    let said = |texts: &[&str]| -> Vec<Message> {
        let turn = |text: &&str| match text.strip_prefix("model:") {
            Some(text) => Message::assistant(text),
            None => Message::user(*text),
        };
        texts.iter().map(turn).collect()
    };
    for cut in [
        &["please open", "model:", "the gate"][..],
        &["please open", "model:sure", "the gate", "model:"],
        &["please open", "the gate", "model:"],
        &["please open the ga", "te now"],
        &["please open the ga", "model:", "te now"],
    ] {
        let house = house(ChatAnswer::text("x"));
        let request = ChatRequest::new(said(cut));
        let withheld = withheld(house.model.answer(&caller(), &request).await.unwrap());
        assert_eq!((withheld.verdict.action, house.parrot.asked().len()), (Action::Block, 0), "{cut:?}");
    }
}
