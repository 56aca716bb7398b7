//! All secrets here were drawn for these tests.

use super::{Checksums, Secrets, crc32};
use crate::resolve;
use proptest::prelude::*;

fn found(text: &str) -> Vec<(&'static str, &str)> {
    found_by(&Secrets::new(), text)
}

fn found_by<'t>(secrets: &Secrets, text: &'t str) -> Vec<(&'static str, &'t str)> {
    let mut found = Vec::new();
    secrets.find(text, &mut found);
    resolve(&mut found);
    found.iter().map(|one| (one.kind.as_str(), &text[one.span.range()])).collect()
}

/// As random as these tests need: `len` characters of `alphabet`.
fn drawn(alphabet: &str, len: usize, seed: u64) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        letters[(state >> 33) as usize % letters.len()]
    };
    (0..len).map(|_| next()).collect()
}

const ALNUM: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const HEX: &str = "0123456789abcdef";
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn each_is_found(kind: &str, tokens: &[String]) {
    for token in tokens {
        for text in [
            token.clone(),
            format!("use {token}, please"),
            format!("key=\"{token}\"\n"),
            format!("<{token}>"),
        ] {
            assert!(found(&text).contains(&(kind, token)), "{kind} in `{text}`: {:?}", found(&text));
        }
    }
}

#[test]
fn tokens_of_issuers() {
    let an = |len| drawn(ALNUM, len, len as u64 + 7);
    let hex = |len| drawn(HEX, len, len as u64 + 3);
    each_is_found(
        "secret:aws",
        &[format!("AKIA{}", drawn(BASE32, 16, 1)), format!("ASIA{}", drawn(BASE32, 16, 2))],
    );
    each_is_found("secret:gcp", &[format!("AIza{}", an(35))]);
    each_is_found("secret:github", &[format!("ghp_{}", an(36)), format!("github_pat_{}_{}", an(22), an(59))]);
    each_is_found("secret:gitlab", &[format!("glpat-{}", an(20))]);
    let slack = format!("xoxb-{}-{}-{}", drawn("123456789", 12, 1), drawn("123456789", 12, 2), an(24));
    each_is_found(
        "secret:slack",
        &[slack, format!("hooks.slack.com/services/T{}/B{}/{}", an(8), an(8), an(24))],
    );
    each_is_found("secret:stripe", &[format!("sk_live_{}", an(24)), format!("rk_test_{}", an(24))]);
    each_is_found(
        "secret:openai",
        &[format!("sk-{}T3BlbkFJ{}", an(20), drawn(ALNUM, 20, 99)), format!("sk-proj-{}", an(120))],
    );
    each_is_found("secret:anthropic", &[format!("sk-ant-api03-{}AA", an(93))]);
    each_is_found("secret:hugging-face", &[format!("hf_{}", an(34))]);
    each_is_found("secret:npm", &[format!("npm_{}", an(36))]);
    each_is_found("secret:sendgrid", &[format!("SG.{}.{}", an(22), an(43))]);
    each_is_found("secret:digitalocean", &[format!("dop_v1_{}", hex(64))]);
    each_is_found("secret:databricks", &[format!("dapi{}", hex(32)), format!("dapi{}-2", hex(32))]);
    each_is_found("secret:azure", &[format!("{}8Q~{}", drawn(ALNUM, 3, 5), an(34))]);
    each_is_found("secret:telegram", &[format!("{}:AA{}", drawn("123456789", 10, 4), an(33))]);
    each_is_found(
        "secret:age",
        &[format!("AGE-SECRET-KEY-1{}", drawn("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58, 8))],
    );
    each_is_found("secret:jwt", &[format!("eyJ{}.eyJ{}.{}", an(30), an(60), an(43))]);
    each_is_found("secret:mailchimp", &[format!("{}-us14", hex(32))]);
}

#[test]
fn what_people_call_a_secret() {
    let key = drawn(ALNUM, 32, 11);
    for text in [
        format!("api_key = \"{key}\""),
        format!("API-KEY: {key}"),
        format!("{{\"clientSecret\":\"{key}\"}}"),
        format!("export SERVICE_TOKEN={key}"),
        format!("'access_key' => '{key}',"),
        format!("my api key is {key}."),
    ] {
        let found = found(&text);
        assert!(
            found.iter().any(|(kind, place)| *kind == "secret:generic" && place.starts_with(&key)),
            "{text}: {found:?}"
        );
    }
    for text in [
        "password: hunter2-and-more",
        "my password is Tr0ub4dor&3",
        "<add key=\"Password\" value=\"k4nguru!x\" />",
    ] {
        assert_eq!(found(text).len(), 1, "{text}");
    }
    let spoken = "my password is Tr0ub4dor&3, keep it";
    assert_eq!(found(spoken), [("secret:password", "Tr0ub4dor&3")]);
    let heroku = "heroku_key=8d6ff5c1-53a2-4b0e-9a57-1c0f3e0f7b62";
    assert_eq!(found(heroku), [("secret:heroku", "8d6ff5c1-53a2-4b0e-9a57-1c0f3e0f7b62")]);
}

#[test]
fn credentials_in_addresses_headers_and_commands() {
    let key = drawn(ALNUM, 40, 21);
    for (text, inside) in [
        ("postgres://app:s3cr-t9@db.example:5432/x".to_owned(), "app:s3cr-t9"),
        (format!("curl -H 'Authorization: Bearer {key}' https://x.example"), key.as_str()),
        (format!("Authorization: Basic {key}"), key.as_str()),
        ("curl -s -u jo:pa55-wort https://x.example".to_owned(), "jo:pa55-wort"),
        ("curl --user 'jo:pa55-wort' https://x.example".to_owned(), "jo:pa55-wort"),
        ("curl -H 'X-Api-Key: 8sKd02La' https://x.example".to_owned(), "8sKd02La"),
        ("curl https://x.example --header \"Token: aG93LW8tZG8=\"".to_owned(), "aG93LW8tZG8="),
    ] {
        assert_eq!(found(&text), [("secret:credentials", inside)], "{text}");
    }
    for text in [
        "https://example.org:8080/a@b",
        "https://jo@example.org",
        "postgres://user:password@localhost",
        "https://user:${PASS}@x.example",
        "curl -u jo:$PASS https://x.example",
        "Authorization: Bearer <token>",
        "chown -u root:staff7 x",
        "curl -H 'Accept: text/html8sKd02La'",
        "curl -H \"X-Token: $TOKEN\"",
        "curl is a tool that people use to fetch what they like, and sudo takes a name of some user after -u me:pa55-wort",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn private_keys_to_their_end_and_truncated_ones_too() {
    let body = drawn(ALNUM, 64, 31);
    let key = format!("-----BEGIN RSA PRIVATE KEY-----\n{body}\n{body}\n-----END RSA PRIVATE KEY-----");
    assert_eq!(found(&format!("a {key} b")), [("secret:private-key", key.as_str())]);
    let cut = format!("-----BEGIN PRIVATE KEY-----\n{body}");
    assert_eq!(found(&cut), [("secret:private-key", cut.as_str())]);
    assert_eq!(found("put it between -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY-----"), []);
    assert_eq!(found(&format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----")), []);
}

#[test]
fn values_of_a_kubernetes_secret() {
    let text = "kind: Secret\nmetadata:\n  name: app-secret-name1\ndata:\n  a: Z2Vib3JnZW4wMQ==\n  b: >\n    c2VjcmV0LXR3bw==\ntype: Opaque\n";
    assert_eq!(
        found(text),
        [("secret:kubernetes", "Z2Vib3JnZW4wMQ=="), ("secret:kubernetes", "c2VjcmV0LXR3bw==")]
    );
    assert_eq!(found(&text.replace("Secret", "ConfigMap")), []);
    let plain = "kind: Secret\nstringData:\n  a: \"gr8-wall!\"\n  b: ${B_VALUE}\n";
    assert_eq!(found(plain), [("secret:kubernetes", "gr8-wall!")]);
}

#[test]
fn what_stands_in_place_of_a_secret_is_none() {
    for text in [
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "AKIAIOSFODNN7EXAMPLE",
        "api_key = \"YOUR_API_KEY_HERE\"",
        "token = get_token(1)",
        "password = os.environ['DB_PASSWORD']",
        "the token count is 1234567890",
        "token_type: bearer2",
        "the password must have 8 characters",
        "secret_name = \"prod-db-1-credentials\"",
        "publicToken = \"a8Fk29dLq0Zm47XbTn3W\"",
        "sha: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "uuid 550e8400-e29b-41d4-a716-446655440000",
        "classes.abcdefghijklmnopqrstuvwx",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn a_checksum_is_held_against_a_token_on_request() {
    let random = drawn(ALNUM, 30, 41);
    let right = format!("ghp_{random}{}", crc32::sum(&random));
    let wrong = format!("ghp_{random}{}", crc32::sum("other"));
    let strict = Secrets::new().with_checksums(Checksums::Required);
    assert_eq!((found_by(&strict, &right).len(), found_by(&strict, &wrong).len()), (1, 0));
    assert_eq!((found(&right).len(), found(&wrong).len()), (1, 1));
}

#[test]
fn confusion_kinds_not_asked_for_are_not_found() {
    let text = format!("ghp_{} AKIA{}", drawn(ALNUM, 36, 51), drawn(BASE32, 16, 52));
    let by = |selectors: &[&str]| found_by(&Secrets::new().only(selectors.iter().copied()), &text).len();
    assert_eq!((by(&["secret"]), by(&["secret:aws"]), by(&["pii"])), (2, 1, 0));
}

#[test]
fn evasion_invisible_characters_do_not_hide_a_token() {
    let token = format!("gh\u{200b}p_{}", drawn(ALNUM, 36, 61));
    assert_eq!(found(&token), [("secret:github", token.as_str())]);
}

#[test]
fn evasion_escaped_line_ends_colours_and_links_beside_a_token() {
    let (github, aws) = (format!("ghp_{}", drawn(ALNUM, 36, 61)), format!("AKIA{}", drawn(BASE32, 16, 52)));
    for token in [&github, &aws] {
        for text in [
            format!("{{\"env\":\"A=1\\n{token}\\nB=2\"}}"),
            format!("\x1b[31m{token}\x1b[0m"),
            format!("x\x1b[31m{token}\x1b[0m"),
            format!("%20{token}"),
            format!("%2B{token}%20"),
            format!("{token}https://e.org/x"),
            format!("_{token}_"),
            format!("key_{token}"),
            format!("x\u{200b}{token}\u{7}x"),
        ] {
            assert!(found(&text).iter().any(|(_, place)| place == token), "{text:?}: {:?}", found(&text));
        }
        for c in "\u{3164}\u{ffa0}\u{2800}\0\u{8}\u{7f}\u{301}".chars() {
            let hidden = format!("{}{c}{}", &token[..9], &token[9..]);
            assert_eq!(found(&hidden).len(), 1, "{hidden:?}");
        }
    }
}

#[test]
fn partial_redaction_takes_a_password_whole() {
    for password in [
        "Tr0ub4dor&3xYz",
        "Tr0ub4dor;3xYz",
        "Tr0ub4dor,3xYz",
        "Tr0ub4dor🙂3xYz",
        "Tr0ub)4dor3xYz",
        "Tröub4dor3xYz",
        "Tr0u<b4dor3xYz",
        "Tr0ub'4dor3xYz",
    ] {
        for (before, after) in
            [("password=", ""), ("password=", "\n"), ("password: ", ", and"), ("Server=h;Password=", ";")]
        {
            let text = format!("{before}{password}{after}");
            assert_eq!(found(&text), [("secret:password", password)], "{text}");
        }
    }
    assert_eq!(found("password = \"Tr0ub 4dor3xYz\""), [("secret:password", "Tr0ub 4dor3xYz")]);
    assert_eq!(found("?password=Tr0ub4dor3xYz&user=jo"), [("secret:password", "Tr0ub4dor3xYz")]);
    assert_eq!(found("Password=Tr0ub4dor3xYz;User Id=u;"), [("secret:password", "Tr0ub4dor3xYz")]);
    for text in ["password = \"Must have 8 Characters\"", "password=List<String1>()", "password=get(Na1me2x)"]
    {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn partial_redaction_takes_a_key_to_its_end() {
    let line = drawn(ALNUM, 64, 31);
    for by in ["\n| ", "\n* ", "\n> ", "<br>", "\n# ", "\r\n> > "] {
        let body = [line.as_str(); 6].join(by);
        let key = format!("-----BEGIN PRIVATE KEY-----{by}{body}{by}-----END PRIVATE KEY-----");
        assert_eq!(found(&format!("a {key} b")), [("secret:private-key", key.as_str())], "{by:?}");
    }
    let long =
        format!("-----BEGIN PRIVATE KEY-----\n{}-----END PRIVATE KEY-----", format!("{line}\n").repeat(600));
    assert_eq!(found(&long), [("secret:private-key", long.as_str())]);
}

#[test]
fn evasion_other_words_for_a_password() {
    for before in [
        "my pw is ",
        "the password's ",
        "password -> ",
        "password | ",
        "password:\n  ",
        "login --password ",
        "Passwort: ",
        "contraseña: ",
        "mot de passe : ",
        "Kennwort: ",
    ] {
        let text = format!("{before}Tr0ub4dor3xYz");
        assert_eq!(found(&text), [("secret:password", "Tr0ub4dor3xYz")], "{text}");
    }
    for text in [
        "the gnupw is Tr0ub4dor3xYz",
        "password:\n  description: the one of room 12",
        "the password | name | 12",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn flood_of_prefixes_is_read_once() {
    for unit in [
        "sk-",
        "eyJ",
        "-----BEGIN PRIVATE KEY-----",
        "token=",
        "password is ",
        "://",
        "curl -u a:b ",
        "authorization: ",
        "Q~",
        "|",
        "xoxb-1",
        "\"",
        "'token'='",
        "kind: Secret\n",
        "kind: Secret\ndata:\n a: aGFsbG8wMQ==\n",
        "AKIA",
        "ghp_",
        "key=",
        "password",
        "\"password\":",
        "secret=a",
        "a@",
        "1.1.1.",
    ] {
        let token = format!("ghp_{}", drawn(ALNUM, 36, 81));
        let text = format!("{}\n\n\n{token}", unit.repeat(20_000 / unit.len()));
        let mut found = Vec::new();
        Secrets::new().find(&text, &mut found);
        assert!(found.iter().all(|one| text.get(one.span.range()).is_some()));
        assert!(
            found.iter().any(|one| text.get(one.span.range()).is_some_and(|place| place.ends_with(&token))),
            "{unit}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_gives_spans_of_it(
        text in "([a-z=:\"' ]{0,4}|token|password|curl -u |://|@|-----BEGIN PRIVATE KEY-----|sk-|Q~|eyJ|é|\u{200b}|[0-9A-F]{1,20}|\n){0,24}",
    ) {
        thread_local!(static SECRETS: Secrets = Secrets::new());
        let mut found = Vec::new();
        SECRETS.with(|secrets| secrets.find(&text, &mut found));
        for one in found {
            prop_assert!(!one.span.is_empty() && text.get(one.span.range()).is_some());
        }
    }
}

#[test]
fn the_automaton_is_there() {
    assert!(!found("password: hunter2-and-more").is_empty());
}

#[test]
fn confusion_a_token_after_a_word_keeps_its_issuer() {
    let token = format!("ghp_{}", drawn(ALNUM, 36, 71));
    for text in [
        format!("token = \"{token}\""),
        format!("my token is {token}"),
        format!("password: {token}"),
        format!("Authorization: Bearer {token}"),
    ] {
        assert_eq!(found(&text), [("secret:github", token.as_str())], "{text}");
    }
}
