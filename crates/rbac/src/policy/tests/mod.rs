mod attacks;
mod model;

use super::*;
use stockade_core::SubjectId;

pub(super) fn holding(roles: &[&str]) -> Principal {
    let subject: SubjectId = "user-1".parse().unwrap();
    Principal::user(subject).with_roles(roles.iter().map(|role| role.parse::<RoleName>().unwrap()))
}

pub(super) fn decide(policy: &Policy, roles: &[&str], permission: &str) -> Decision {
    policy.decide(&holding(roles), &permission.parse().unwrap())
}

const CLINIC: &str = r#"
    [roles.viewer]
    grants = ["scan:read", "report:read"]
    [roles.doctor]
    inherits = ["viewer"]
    grants = ["report:*"]
    [roles.auditor]
    grants = ["*:read"]
    [roles.admin]
    grants = ["*:*"]
    [roles.guest]
"#;

#[test]
fn asvs_v8_2_1_what_is_not_granted_is_denied() {
    let policy = Policy::from_toml(CLINIC).unwrap();
    for (roles, permission, decision) in [
        (&[][..], "scan:read", Decision::Deny(DenyReason::NoRoles)),
        (&["nobody"], "scan:read", Decision::Deny(DenyReason::UnknownRole)),
        (&["guest"], "scan:read", Decision::Deny(DenyReason::NotGranted)),
        (&["viewer"], "scan:read", Decision::Allow),
        (&["viewer"], "scan:write", Decision::Deny(DenyReason::NotGranted)),
        (&["doctor"], "scan:read", Decision::Allow),
        (&["doctor"], "report:sign", Decision::Allow),
        (&["doctor"], "scan:write", Decision::Deny(DenyReason::NotGranted)),
        (&["auditor"], "payment:read", Decision::Allow),
        (&["auditor"], "payment:write", Decision::Deny(DenyReason::NotGranted)),
        (&["admin"], "payment:write", Decision::Allow),
        (&["guest", "nobody", "viewer"], "scan:read", Decision::Allow),
        (&["guest", "nobody"], "scan:read", Decision::Deny(DenyReason::NotGranted)),
    ] {
        assert_eq!(decide(&policy, roles, permission), decision, "{roles:?} {permission}");
    }
}

#[test]
fn escalation_a_key_may_what_both_its_owner_and_its_scopes_allow() {
    let policy = Policy::from_toml(CLINIC).unwrap();
    let out = Decision::Deny(DenyReason::OutOfScope);
    let not_granted = Decision::Deny(DenyReason::NotGranted);
    for (role, scopes, permission, decision) in [
        ("admin", &["report:read"][..], "report:read", Decision::Allow),
        ("admin", &["report:read"], "report:sign", out),
        ("admin", &["report:*", "*:read"], "scan:read", Decision::Allow),
        ("admin", &["*"], "payment:write", Decision::Allow),
        ("admin", &[], "report:read", out),
        ("admin", &["report", "report.read", "r*:read"], "report:read", out),
        ("viewer", &["*:*"], "report:sign", not_granted),
        ("viewer", &["report:*"], "report:read", Decision::Allow),
    ] {
        let scopes: Vec<_> = scopes.iter().map(|scope| scope.parse().unwrap()).collect();
        let key = Principal::api_key("user-1".parse().unwrap(), "k1".parse().unwrap(), scopes)
            .with_roles([role.parse().unwrap()]);
        assert_eq!(policy.decide(&key, &permission.parse().unwrap()), decision, "{role} {permission}");
    }
}

#[test]
fn asvs_v8_3_1_the_world_hears_the_same_no_whatever_the_reason() {
    use stockade_core::Problem;
    for reason in
        [DenyReason::NoRoles, DenyReason::UnknownRole, DenyReason::NotGranted, DenyReason::OutOfScope]
    {
        assert_eq!(Problem::from(reason), Problem::forbidden());
        assert!(matches!(Decision::Deny(reason).into_result(), Err(denied) if denied == reason));
    }
    assert_eq!(Decision::Allow.into_result(), Ok(()));
}

#[test]
fn a_policy_in_code_is_the_policy_in_toml() {
    let in_code = Policy::builder()
        .role("viewer")
        .grants(["scan:read", "report:read"])
        .role("doctor")
        .inherits(["viewer"])
        .grants([Permission::literal("report:sign")])
        .build()
        .unwrap();
    assert_eq!(decide(&in_code, &["doctor"], "scan:read"), Decision::Allow);
    assert_eq!(decide(&in_code, &["doctor"], "report:sign"), Decision::Allow);
    assert_eq!(decide(&in_code, &["viewer"], "report:sign"), Decision::Deny(DenyReason::NotGranted));
    assert!(in_code.defines(&"viewer".parse().unwrap()));
    assert!(!in_code.defines(&"admin".parse().unwrap()));
}

#[test]
fn parents_may_be_named_before_they_are_defined() {
    let policy = Policy::builder()
        .role("a")
        .inherits(["b", "c"])
        .role("b")
        .inherits(["d"])
        .role("c")
        .inherits(["d"])
        .role("d")
        .grants(["doc:read"])
        .build()
        .unwrap();
    assert_eq!(decide(&policy, &["a"], "doc:read"), Decision::Allow);
}
