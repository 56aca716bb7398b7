use super::*;
use stockade_authn::EmailAddress;
use stockade_authn::account::DisplayName;

const HOME: &str = "https://exam.example.org";

pub(in crate::notify) fn all_matters() -> Vec<Matter> {
    let token = || Secret::new("tok-en_42".to_owned());
    let expires_in = Duration::from_secs(20 * 60);
    vec![
        Matter::VerifyEmail { token: token(), expires_in },
        Matter::AlreadyRegistered,
        Matter::ResetPassword { token: token(), expires_in },
        Matter::ChangeEmail { token: token(), expires_in },
        Matter::EmailChangeRequested,
        Matter::EmailChanged,
        Matter::PasswordChanged,
        Matter::PasswordReset,
        Matter::SecondFactorEnabled,
        Matter::SecondFactorDisabled,
        Matter::BackupCodesRegenerated,
        Matter::BackupCodeUsed { left: 9 },
        Matter::ApiKeyCreated { name: "build server".into() },
        Matter::AccountDisabled,
        Matter::AccountRemoved,
    ]
}

pub(in crate::notify) fn texts() -> Texts {
    Texts::new("Exam", Links::new(HOME).unwrap())
}

pub(in crate::notify) fn notice(matter: Matter) -> Notice {
    let name = DisplayName::parse("Win at http://evil.example now").unwrap();
    Notice::new(EmailAddress::parse("ada@example.org").unwrap(), Some(name), matter)
}

#[test]
fn host_header_poisoning_has_no_way_in_for_all_addresses_are_configured() {
    for matter in all_matters() {
        let mail = texts().compose(&notice(matter));
        let body = mail.body().expose();
        for (at, _) in body.match_indices("http") {
            assert!(body[at..].starts_with(HOME), "{body}");
        }
        assert!(!body.contains("evil") && !mail.subject().contains("evil"), "{body}");
    }
}

#[test]
fn links_carry_the_token_where_no_server_sees_it() {
    let expires_in = Duration::from_secs(600);
    let token = Secret::new("a+b/c=d&e\r\n".to_owned());
    let mail = texts().compose(&notice(Matter::ResetPassword { token, expires_in }));
    let link = mail.link().unwrap().expose();
    assert_eq!(link, "https://exam.example.org/password-reset#token=a%2Bb%2Fc%3Dd%26e%0D%0A");
    assert!(mail.body().expose().contains(link) && mail.body().expose().contains("within 10 minutes"));
}

#[test]
fn every_matter_has_a_subject_of_its_own_or_a_token() {
    let mut subjects: Vec<_> = all_matters()
        .into_iter()
        .map(|matter| texts().compose(&notice(matter)).subject().to_owned())
        .collect();
    assert!(subjects.iter().all(|subject| subject.starts_with("Exam: ")));
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), all_matters().len());
}

#[test]
fn asvs_v1_3_11_header_injection_is_impossible_whatever_is_composed() {
    let mail = Mail::new("a\r\nBcc: eve@example.org", "one\r\n.\r\ntwo\u{0}".to_owned());
    assert_eq!(mail.subject(), "aBcc: eve@example.org");
    assert_eq!(mail.body().expose(), "one\n.\ntwo");
    let service = Texts::new("Exam\r\nBcc: eve@example.org", Links::new(HOME).unwrap());
    for matter in all_matters() {
        assert!(!service.compose(&notice(matter)).subject().contains(['\r', '\n']));
    }
    let key = Matter::ApiKeyCreated { name: "x\r\n\r\nhttp://evil.example/?a=b\"".repeat(9) };
    let body = texts().compose(&notice(key)).body().expose().clone();
    assert!(!body.contains("://evil") && !body.contains("evil."), "{body}");
}

#[test]
fn flood_of_text_is_cut() {
    let mail = Mail::new(&"ä".repeat(1000), "ä".repeat(Mail::MAX_BODY_LEN));
    assert_eq!(mail.subject().chars().count(), Mail::MAX_SUBJECT_CHARS);
    assert_eq!(mail.body().expose().len(), Mail::MAX_BODY_LEN);
}

#[test]
fn confusion_of_bases_is_refused() {
    for base in [
        "http://exam.example.org",
        "https://",
        "https:///path",
        "https://exam@evil.example",
        "https://exam.example.org?next=",
        "https://exam.example.org#",
        "https://exam.example.org\r\nx",
        "https://exam example.org",
        "HTTPS://exam.example.org",
        "//exam.example.org",
    ] {
        assert_eq!(Links::new(base), Err(InvalidLinks::Base), "{base}");
    }
    assert_eq!(Links::new("https://a.example/app/").unwrap().home(), "https://a.example/app");
    assert!(Links::insecure_http("http://127.0.0.1:3000").is_ok());
    assert!(Links::insecure_http("https://127.0.0.1:3000").is_err());
    for page in ["", "/verify", "a?b", "a#b", "../a", "a b"] {
        let links = Links::new(HOME).unwrap();
        assert_eq!(links.with_pages(page, "reset"), Err(InvalidLinks::Page), "{page}");
    }
}

#[test]
fn asvs_v16_2_5_a_mail_does_not_print_its_text() {
    for matter in all_matters() {
        assert!(!format!("{:?}", texts().compose(&notice(matter))).contains("tok-en_42"));
    }
}

#[test]
fn spans_are_told_rounded_down() {
    let told =
        [(59, "59 seconds"), (60, "1 minute"), (119, "1 minute"), (7199, "119 minutes"), (7200, "2 hours")];
    for (secs, words) in told.into_iter().chain([(172_799, "47 hours"), (172_800, "2 days")]) {
        assert_eq!(in_words(Duration::from_secs(secs)), words);
    }
}
