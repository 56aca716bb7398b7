use super::*;
use proptest::prelude::*;
use stockade_core::{Action, Outcome, StoreErrorKind, SystemEntropy};

fn event() -> Event {
    Event::new(UnixMillis::from_secs(1_700_000_000), &SystemEntropy, Action::LOGIN, Outcome::Failure).unwrap()
}

/// Every field as large as a careless caller can make it.
fn stuffed(text: &str) -> Event {
    let mut event = event().because(text.to_owned()).on(Resource::new("account", "a"));
    event.at = UnixMillis::from_millis(u64::MAX);
    event.actor = Some("\"".repeat(255).parse().unwrap());
    event.tenant = Some("\\".repeat(128).parse().unwrap());
    event.request_id = Some("r".repeat(128).parse().unwrap());
    event.client = ClientInfo::at([0xFFFF; 8].into());
    event.client.user_agent = Some(text.to_owned());
    event.resource = event.resource.map(|mut resource| {
        resource.kind = text.to_owned();
        resource.id = text.to_owned();
        resource
    });
    for n in 0..40 {
        event.details.insert(Cow::Owned(format!("{n}{text}")), Detail::Text(text.to_owned()));
    }
    event
}

#[test]
fn asvs_v16_2_4_a_body_is_one_line_of_json_and_the_same_each_time() {
    let event = event().with("b", 2_i64).with("a", "one");
    let entry = Entry::new(event.clone()).unwrap();
    assert_eq!(entry.body(), Entry::new(event.clone()).unwrap().body());
    assert!(entry.body().find("\"a\"").unwrap() < entry.body().find("\"b\"").unwrap());
    let json: serde_json::Value = serde_json::from_str(entry.body()).unwrap();
    assert_eq!(json["action"], "auth.login");
    assert_eq!(json["outcome"], "failure");
    assert_eq!(Entry::read(entry.body()).unwrap(), event);
}

#[test]
fn a_flood_of_text_is_cut_to_the_bound_of_a_body() {
    for filler in ["\u{1F600}", "\"", "\\", "x"] {
        let entry = Entry::new(stuffed(&filler.repeat(100_000))).unwrap();
        assert!(entry.body().len() <= Entry::MAX_BODY, "{} bytes", entry.body().len());
        assert_eq!(entry.event().details["details_dropped"], Detail::Flag(true));
        assert_eq!(entry.event().at, Entry::MAX_TIME);
        assert_eq!(&Entry::read(entry.body()).unwrap(), entry.event());
    }
}

#[test]
fn garbage_in_a_store_is_corrupt_and_no_panic() {
    for body in ["", "null", "{}", "{\"id\":1}", &"[".repeat(20_000), &" ".repeat(Entry::MAX_BODY + 1)] {
        assert_eq!(Entry::read(body).unwrap_err().kind(), StoreErrorKind::Corrupt);
    }
}

proptest! {
    #[test]
    fn asvs_v16_4_1_log_injection_finds_no_line_break_to_use(text in "(\\PC|\\p{Cc}|\u{2028}|\u{202E}|\u{2066}){0,40}") {
        let entry = Entry::new(stuffed(&text)).unwrap();
        prop_assert!(entry.body().chars().all(stays_in_line));
        let read = Entry::read(entry.body()).unwrap();
        prop_assert!(read.reason.as_deref().unwrap().chars().all(stays_in_line));
        prop_assert_eq!(&read, entry.event());
    }

    #[test]
    fn an_event_within_the_bounds_is_stored_as_it_is(text in "\\PC{0,60}", n in any::<i64>()) {
        prop_assume!(text.chars().all(stays_in_line));
        let event = event().on(Resource::new("account", &text)).with("note", text.as_str()).with("n", n);
        let entry = Entry::new(event.clone()).unwrap();
        prop_assert_eq!(entry.event(), &event);
    }
}
