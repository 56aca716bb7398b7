use super::*;
use crate::SystemEntropy;
use proptest::prelude::*;

fn event() -> Event {
    Event::new(UnixMillis::from_secs(1_700_000_000), &SystemEntropy, Action::LOGIN, Outcome::Success).unwrap()
}

#[test]
fn asvs_v16_2_1_an_event_carries_when_who_where_what() {
    let event = event()
        .by("user-1".parse().unwrap())
        .from(ClientInfo::at([203, 0, 113, 9].into()))
        .on(Resource::new("account", "user-1"))
        .in_request(Some("req-1".parse().unwrap()));
    let json = serde_json::to_value(&event).unwrap();
    assert_eq!(json["at"], 1_700_000_000_000_u64);
    assert_eq!(json["actor"], "user-1");
    assert_eq!(json["client"]["ip"], "203.0.113.9");
    assert_eq!(json["action"], "auth.login");
    assert_eq!(json["resource"]["kind"], "account");
    assert_eq!(json["request_id"], "req-1");
}

#[test]
fn asvs_v16_2_1_an_impersonation_is_the_administrators_doing() {
    let seen = Principal::user("ada".parse().unwrap()).acted_by("root".parse().unwrap());
    let event = event().by_principal(&seen);
    assert_eq!(event.actor.unwrap().as_str(), "root");
    assert_eq!(event.details["impersonated"], Detail::from("ada"));
}

#[test]
fn an_event_tells_a_key_from_its_owner() {
    let id: crate::ApiKeyId = "0123456789abcdef".parse().unwrap();
    let key = Principal::api_key("ada".parse().unwrap(), id, ["invoices:read".parse().unwrap()]);
    let by_key = event().by_principal(&key);
    assert_eq!(by_key.actor.unwrap().as_str(), "ada");
    assert_eq!(by_key.details["api_key"], Detail::from("0123456789abcdef"));
    let by_ada = event().by_principal(&Principal::user("ada".parse().unwrap()));
    assert!(by_ada.details.is_empty());
}

#[test]
fn details_are_bounded_in_number_and_size() {
    const KEYS: [&str; 20] =
        ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t"];
    let flooded = KEYS.iter().fold(event(), |event, key| event.with(key, "x".repeat(10_000)));
    assert_eq!(flooded.details.len(), Event::MAX_DETAILS + 1);
    assert_eq!(flooded.details["details_dropped"], Detail::Flag(true));
    assert_eq!(flooded.details["a"], Detail::Text("x".repeat(Detail::MAX_TEXT)));
}

proptest! {
    #[test]
    fn asvs_v16_4_1_no_text_puts_a_control_character_into_an_event(text in ".*") {
        let event = event().with("note", text.as_str()).on(Resource::new(&text, &text));
        let Detail::Text(kept) = &event.details["note"] else { panic!("a text") };
        prop_assert!(!kept.chars().any(char::is_control));
        prop_assert!(!event.resource.unwrap().to_string().chars().any(char::is_control));
    }

    #[test]
    fn events_survive_a_round_trip_through_json(reason in "[a-z_]{1,20}", n in any::<i64>(), b in any::<bool>()) {
        let event = event().because(reason).with("n", n).with("b", b);
        let read: Event = serde_json::from_str(&serde_json::to_string(&event).unwrap()).unwrap();
        prop_assert_eq!(read, event);
    }

    #[test]
    fn identifiers_keep_to_their_alphabet(text in ".*") {
        if let Ok(id) = text.parse::<RequestId>() {
            prop_assert!(id.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)));
            prop_assert!(id.as_str().len() <= RequestId::MAX_LEN);
        }
    }
}
