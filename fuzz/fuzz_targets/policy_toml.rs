//! A policy that is accepted allows what a plain walk over its file allows, and nothing else.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::{BTreeMap, BTreeSet};
use stockade_core::{Principal, RoleName};
use stockade_rbac::{Decision, DenyReason, Permission, Policy};

/// More would only repeat the same walk.
const MAX_ROLES: usize = 24;
const MAX_QUESTIONS: usize = 24;

#[derive(serde::Deserialize)]
struct File {
    #[serde(default)]
    roles: BTreeMap<String, Role>,
}

#[derive(serde::Deserialize)]
struct Role {
    #[serde(default)]
    grants: Vec<String>,
    #[serde(default)]
    inherits: Vec<String>,
}

fuzz_target!(|text: &str| {
    let Ok(policy) = Policy::from_toml(text) else { return };
    let file: File = toml::from_str(text).expect("accepted, so it is toml of this shape");
    let questions = questions(&file);
    for name in file.roles.keys().take(MAX_ROLES) {
        let role: RoleName = name.parse().expect("accepted, so it is a name");
        assert!(policy.defines(&role));
        for question in &questions {
            let expected = match walk(&file, name, question) {
                true => Decision::Allow,
                false => Decision::Deny(DenyReason::NotGranted),
            };
            assert_eq!(policy.decide(&holding([role.clone()]), question), expected);
        }
    }
    for question in &questions {
        assert_eq!(policy.decide(&holding([]), question), Decision::Deny(DenyReason::NoRoles));
    }
});

fn holding(roles: impl IntoIterator<Item = RoleName>) -> Principal {
    Principal::user("user-1".parse().expect("an id")).with_roles(roles)
}

/// What grants in the file name, with words of our own in the place of wildcards.
fn questions(file: &File) -> Vec<Permission> {
    let grants = file.roles.values().flat_map(|role| &role.grants);
    let asked = grants.filter_map(|grant| grant.replace('*', "other").parse().ok()).take(MAX_QUESTIONS);
    asked.chain([Permission::literal("doc:read")]).collect()
}

fn walk(file: &File, role: &str, question: &Permission) -> bool {
    let (mut seen, mut ahead) = (BTreeSet::new(), vec![role]);
    while let Some(name) = ahead.pop() {
        let role = file.roles.get(name).expect("accepted, so every parent is defined");
        if role.grants.iter().any(|grant| covers(grant, question)) {
            return true;
        }
        if seen.insert(name) {
            ahead.extend(role.inherits.iter().map(String::as_str));
        }
    }
    false
}

fn covers(grant: &str, question: &Permission) -> bool {
    let (resource, action) = grant.split_once(':').unwrap_or((grant, grant));
    (resource == "*" || resource == question.resource()) && (action == "*" || action == question.action())
}
