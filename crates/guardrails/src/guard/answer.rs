//! What is said instead.

use super::{crisis_line, emergency_number};
use std::sync::Arc;

/// An answer of a policy, with the words for the country in the place of `{call-emergency}` and `{call-crisis-line}`.
pub(super) fn render(answer: &Arc<str>, country: Option<&str>) -> Arc<str> {
    if !answer.contains('{') {
        return answer.clone();
    }
    answer
        .replace("{call-emergency}", &call_emergency(country))
        .replace("{call-crisis-line}", &call_crisis_line(country))
        .into()
}

fn call_emergency(country: Option<&str>) -> String {
    match country.and_then(emergency_number) {
        Some(number) => format!("Call {number} now."),
        None => "Call your local emergency number now. We do not know which country you are in: 112 reaches help from mobile phones \
                 in most countries, 911 in North America."
            .to_owned(),
    }
}

fn call_crisis_line(country: Option<&str>) -> String {
    match country.and_then(crisis_line) {
        Some(line) => format!("You can talk to somebody now, at any hour: {line}."),
        None => "You can talk to somebody now: we do not know which country you are in; findahelpline.com lists crisis lines by \
                 country, and the local emergency number (112 in most countries, 911 in North America) helps at any hour."
            .to_owned(),
    }
}
