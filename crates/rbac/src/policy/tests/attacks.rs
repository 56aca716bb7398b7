//! What a hostile or careless policy tries.

use super::*;
use std::error::Error;

fn refusal(text: &str) -> PolicyError {
    Policy::from_toml(text).unwrap_err()
}

fn chain(roles: usize, grants: impl Fn(usize) -> Vec<String>) -> Result<Policy, PolicyError> {
    let mut builder = Policy::builder().role("r0").grants(grants(0));
    for role in 1..roles {
        builder = builder.role(format!("r{role}")).inherits([format!("r{}", role - 1)]).grants(grants(role));
    }
    builder.build()
}

#[test]
fn cycle_is_refused_and_its_path_shown() {
    let error = refusal(
        r#"
        [roles.outside]
        inherits = ["a"]
        [roles.a]
        inherits = ["b"]
        [roles.b]
        inherits = ["c"]
        [roles.c]
        inherits = ["a"]
        "#,
    );
    assert_eq!(error.to_string(), "roles inherit in a circle: a -> b -> c -> a");
    let own_heir = Policy::builder().role("a").inherits(["a"]).build().unwrap_err();
    assert_eq!(own_heir.to_string(), "roles inherit in a circle: a -> a");
}

#[test]
fn cycle_of_ten_thousand_roles_is_found_and_does_not_flood_the_log() {
    let mut builder = Policy::builder().role("r0").inherits(["r9999"]);
    for role in 1..10_000 {
        builder = builder.role(format!("r{role}")).inherits([format!("r{}", role - 1)]);
    }
    let error = builder.build().unwrap_err();
    assert!(matches!(&error, PolicyError::Cycle { path } if path.len() == 10_001));
    let shown = error.to_string();
    assert!(shown.starts_with("roles inherit in a circle: r0 -> r9999 -> r9998"), "{shown}");
    assert!(shown.ends_with("-> (9988 more) -> r0"), "{shown}");
}

#[test]
fn deep_chain_of_ten_thousand_roles_does_not_exhaust_the_stack() {
    let grant_at_the_root = |role| if role == 0 { vec!["doc:read".to_owned()] } else { Vec::new() };
    let policy = chain(Policy::MAX_ROLES, grant_at_the_root).unwrap();
    assert_eq!(decide(&policy, &["r9999"], "doc:read"), Decision::Allow);
    assert_eq!(decide(&policy, &["r9999"], "doc:write"), Decision::Deny(DenyReason::NotGranted));
    let longer = chain(Policy::MAX_ROLES + 1, grant_at_the_root);
    assert!(matches!(longer.unwrap_err(), PolicyError::TooManyRoles));
}

#[test]
fn billion_grants_by_inheritance_are_refused() {
    let own_grant = |role| vec![format!("doc{role}:read")];
    assert!(matches!(chain(Policy::MAX_ROLES, own_grant).unwrap_err(), PolicyError::TooManyGrants));

    // Each role inherits twice from the one before: 2^64 paths, of which none is walked twice.
    let mut builder = Policy::builder().role("r0").grants(["doc:read"]);
    for role in 1..64 {
        let below = format!("r{}", role - 1);
        builder = builder.role(format!("r{role}")).inherits([&below, &below]);
    }
    assert_eq!(decide(&builder.build().unwrap(), &["r63"], "doc:read"), Decision::Allow);
}

#[test]
fn billion_grants_in_a_file_are_refused_before_parsing() {
    let grants = "\"doc:read\",".repeat(1_000_000);
    let error = refusal(&format!("[roles.a]\ngrants = [{grants}]"));
    assert!(matches!(error, PolicyError::FileTooLarge));
    let just_too_large = " ".repeat(Policy::MAX_FILE + 1);
    assert!(matches!(refusal(&just_too_large), PolicyError::FileTooLarge));
    assert!(matches!(refusal(&just_too_large[1..]), PolicyError::Empty));
}

#[test]
fn deeply_nested_toml_is_an_error_and_no_overflow() {
    let nested = format!("x = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(refusal(&nested), PolicyError::File(_)));
}

#[test]
fn misspelt_keys_are_refused() {
    for text in [
        "[roles.a]\ngrant = [\"*:*\"]",
        "[roles.a]\ngrants = \"*:*\"",
        "[roles.a]\ngrants = [1]",
        "[role.a]\ngrants = []",
        "roles = 5",
        "[roles.a]\n[roles.a]",
        "[roles.a",
    ] {
        let error = refusal(text);
        assert!(matches!(error, PolicyError::File(_)), "{text}: {error}");
        assert!(error.source().is_some_and(|source| source.to_string() != error.to_string()));
    }
    assert!(matches!(refusal(""), PolicyError::Empty));
}

#[test]
fn undefined_parent_is_refused() {
    let error = refusal("[roles.a]\ninherits = [\"ghost\"]");
    assert_eq!(error.to_string(), "the role `a` inherits from `ghost`, which is not defined");
}

#[test]
fn role_name_case_confusion_is_refused() {
    let error = refusal("[roles.Admin]\ngrants = [\"*:*\"]");
    assert_eq!(error.to_string(), "`Admin` cannot name a role");
    let parent = refusal("[roles.a]\ninherits = [\"A\"]");
    assert!(matches!(parent, PolicyError::RoleName { .. }));
    let twice = Policy::builder().role("a").role("a").build().unwrap_err();
    assert_eq!(twice.to_string(), "the role `a` is defined twice");
}

#[test]
fn wildcard_confusion_in_a_policy_is_refused() {
    for grant in ["doc:", "*:", "d*:read", "doc:rea*", "Doc:read", "doc read", ""] {
        let error = Policy::builder().role("a").grants([grant]).build().unwrap_err();
        assert!(matches!(error, PolicyError::Grant { .. }), "{grant}: {error}");
    }
}

#[test]
fn hostile_names_are_escaped_and_cut_in_errors() {
    let name = format!("x\r\nforged {}", "y".repeat(10_000));
    let shown = Policy::builder().role(name).build().unwrap_err().to_string();
    assert!(shown.len() < 120 && !shown.contains('\n'), "{shown}");
}
