//! Wrong arrows, planted one at a time into the real workspace: each must be caught, and nothing else reported.

use super::check::{Kind, Need, breaches};
use super::workspace::Workspace;

/// What is found after `from` was given a dependency on `on`, beyond what was wrong before.
fn plant(from: &str, on: &str, change: impl FnOnce(&mut Need)) -> Vec<String> {
    let mut members = Workspace::read().members;
    let before = breaches(&members);
    let mut need = Need { on: on.to_owned(), alias: None, kind: Kind::Product, optional: false };
    change(&mut need);
    let member = members.iter_mut().find(|member| member.name == from).expect("the crate exists");
    member.needs.push(need);
    breaches(&members).into_iter().filter(|breach| !before.contains(breach)).collect()
}

#[track_caller]
fn assert_caught(from: &str, on: &str) {
    let found = plant(from, on, |_| {});
    assert!(
        found
            .iter()
            .any(|breach| breach.contains(&format!("`{from}`")) && breach.contains(&format!("`{on}`"))),
        "{from} → {on} was not caught: {found:?}"
    );
}

#[test]
fn a_domain_that_knows_another_domain_is_caught() {
    assert_caught("stockade-authn", "stockade-rbac");
    assert_caught("stockade-ratelimit", "stockade-audit");
}

#[test]
fn a_domain_that_knows_a_driver_or_a_framework_is_caught() {
    assert_caught("stockade-audit", "sqlx");
    assert_caught("stockade-ratelimit", "redis");
    assert_caught("stockade-authn", "http");
    assert_caught("stockade-authn", "tower");
    assert_caught("stockade-rbac", "axum");
    assert_caught("stockade-flows", "hyper");
    assert_caught("stockade-flows", "tokio-postgres");
}

#[test]
fn a_domain_with_a_runtime_by_default_is_caught() {
    assert_caught("stockade-rbac", "tokio");
    assert!(
        plant("stockade-rbac", "tokio", |need| need.optional = true).is_empty(),
        "behind a feature it may"
    );
}

#[test]
fn an_arrow_upward_is_caught() {
    assert_caught("stockade-core", "stockade-authn");
    assert_caught("stockade-authn", "stockade-flows");
    assert_caught("stockade-flows", "stockade-sqlite");
    assert_caught("stockade-tower", "stockade-axum");
    assert_caught("stockade-axum", "stockade");
    assert_caught("stockade-testkit", "stockade-authn");
}

#[test]
fn a_layer_that_knows_axum_is_caught() {
    assert_caught("stockade-tower", "axum");
    assert_caught("stockade-tower", "axum-core");
}

#[test]
fn a_wrong_arrow_behind_a_feature_is_caught() {
    let found = plant("stockade-audit", "sqlx", |need| need.optional = true);
    assert_eq!(found, ["`stockade-audit` (Domain) must not depend on `sqlx`, a database driver"]);
}

#[test]
fn test_tools_in_a_product_are_caught_and_in_its_tests_welcome() {
    assert_caught("stockade-authn", "stockade-testkit");
    assert_caught("stockade", "stockade-testkit");
    assert!(plant("stockade-authn", "stockade-testkit", |need| need.kind = Kind::Dev).is_empty());
}

#[test]
fn dev_dependencies_are_free_but_for_circles() {
    assert!(plant("stockade-flows", "stockade-sqlite", |need| need.kind = Kind::Dev).is_empty());
    assert!(plant("stockade-authn", "hyper", |need| need.kind = Kind::Dev).is_empty());
    let found = plant("stockade-core", "stockade-testkit", |need| need.kind = Kind::Dev);
    assert!(found.iter().any(|breach| breach.contains("depends on itself")), "{found:?}");
}

#[test]
fn automation_with_product_code_is_caught() {
    assert_caught("xtask", "stockade");
    assert_caught("xtask", "stockade-authn");
}

#[test]
fn a_facade_with_a_driver_by_default_is_caught() {
    assert_caught("stockade", "stockade-sqlite");

    let mut members = Workspace::read().members;
    let facade = members.iter_mut().find(|member| member.name == "stockade").unwrap();
    facade.needs.retain(|need| need.on != "stockade-sqlite");
    let store = "stockade-sqlite".to_owned();
    facade.needs.push(Need { on: store, alias: Some("sqlite".into()), kind: Kind::Product, optional: true });
    facade.features.insert("embedded".into(), vec!["dep:sqlite".into()]);
    let by_default =
        |members: &[_]| breaches(members).iter().any(|breach| breach.contains("driver, by default"));
    assert!(!by_default(&members), "behind a feature that is off, it may");

    for way in ["embedded", "dep:sqlite", "sqlite/tokens"] {
        let mut members = members.clone();
        let facade = members.iter_mut().find(|member| member.name == "stockade").unwrap();
        facade.features.entry("default".into()).or_default().push(way.into());
        assert!(by_default(&members), "by way of `{way}`");
    }
}

#[test]
fn a_crate_without_a_room_and_a_room_without_a_crate_are_caught() {
    let mut members = Workspace::read().members;
    members[0].name = "stockade-newcomer".into();
    let found = breaches(&members);
    assert!(found.iter().any(|breach| breach.contains("`stockade-newcomer` has no room")), "{found:?}");
    assert!(found.iter().any(|breach| breach.contains("is not in the workspace")), "{found:?}");
}
