use super::*;
use proptest::prelude::*;

fn read(json: &str) -> Option<AuthMethods> {
    serde_json::from_str(json).ok()
}

#[test]
fn two_different_factors_are_more_than_one_and_one_twice_is_not() {
    let assurance = |text: &str| text.parse::<AuthMethods>().unwrap().assurance();
    for one in ["", "pwd", "otp", "backup_code", "otp backup_code"] {
        assert_eq!(assurance(one), Assurance::Aal1, "{one}");
    }
    for two in ["pwd otp", "pwd backup_code", "backup_code otp pwd"] {
        assert_eq!(assurance(two), Assurance::Aal2, "{two}");
    }
    assert!(Assurance::Aal1 < Assurance::Aal2);
}

#[test]
fn confusion_unknown_repeated_and_respelled_methods_are_refused() {
    for json in [
        r#"["face"]"#,
        r#"["pwd","face"]"#,
        r#"["PWD"]"#,
        r#"["pwd","pwd"]"#,
        r#"["pwd otp"]"#,
        r#""pwd""#,
        "[1]",
        "[null]",
        "null",
        r#"{"pwd":1}"#,
    ] {
        assert_eq!(read(json), None, "{json}");
    }
    for text in ["face", "pwd  otp", " pwd", "pwd ", "pwd,otp", "pwd pwd"] {
        assert!(text.parse::<AuthMethods>().is_err(), "{text}");
    }
    assert_eq!(read(r#"["\u0070wd"]"#), Some(AuthMethods::of(AuthMethod::Password)), "an escape is undone");
}

#[test]
fn flood_of_names_is_refused() {
    let names = vec!["pwd"; 9];
    assert_eq!(read(&serde_json::to_string(&names).unwrap()), None);
    assert!("otp ".repeat(100_000).parse::<AuthMethods>().is_err());
}

proptest! {
    #[test]
    fn every_set_survives_both_spellings(bits in 0_u8..8) {
        let set: AuthMethods =
            AuthMethod::ALL.into_iter().filter(|method| bits & method.bit() != 0).collect();
        prop_assert_eq!(read(&serde_json::to_string(&set).unwrap()), Some(set));
        prop_assert_eq!(set.to_string().parse(), Ok(set));
        prop_assert_eq!(set.is_empty(), bits == 0);
    }
}
