//! The policy against a reading of its definition that is too plain to be wrong.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

/// Grants and parents of each role; a role is named by its place.
type Written = Vec<(Vec<String>, Vec<usize>)>;

fn granted(written: &Written, role: usize, permission: &str) -> bool {
    let (grants, parents) = &written[role];
    grants.iter().any(|grant| matches(grant, permission))
        || parents.iter().any(|parent| granted(written, *parent, permission))
}

fn matches(grant: &str, permission: &str) -> bool {
    let part = |text: &str, n| text.split(':').nth(n).unwrap().to_owned();
    grant == "*" || (0..2).all(|n| part(grant, n) == "*" || part(grant, n) == part(permission, n))
}

fn reaches(written: &Written, from: usize, to: usize, steps: usize) -> bool {
    steps > 0
        && written[from].1.iter().any(|parent| *parent == to || reaches(written, *parent, to, steps - 1))
}

fn build(written: &Written) -> Result<Policy, PolicyError> {
    let name = |role: usize| format!("r{role}");
    let mut roles = written.iter().enumerate();
    let mut builder = Policy::builder().role("nobody");
    for (role, (grants, parents)) in &mut roles {
        builder =
            builder.role(name(role)).grants(grants).inherits(parents.iter().map(|parent| name(*parent)));
    }
    builder.build()
}

/// Six roles; each inherits from roles before it (`acyclic`) or from any.
fn policies(acyclic: bool) -> impl Strategy<Value = Written> {
    let grants = || vec("(a|b|ab|\\*):(r|w|rw|\\*)|\\*", 0..3);
    let parents = move |role: usize| vec(0..if acyclic { role.max(1) } else { 6 }, 0..3);
    let role = move |role| {
        (grants(), parents(role)).prop_map(move |(grants, parents)| {
            (grants, if acyclic && role == 0 { Vec::new() } else { parents })
        })
    };
    (0..6).map(role).collect::<Vec<_>>()
}

fn held() -> impl Strategy<Value = Vec<usize>> {
    vec(0_usize..6, 0..4)
}

fn names(held: &[usize]) -> Vec<String> {
    held.iter().map(|role| format!("r{role}")).collect()
}

fn allows(policy: &Policy, held: &[String], permission: &str) -> bool {
    let held: Vec<&str> = held.iter().map(String::as_str).collect();
    decide(policy, &held, permission) == Decision::Allow
}

proptest! {
    #[test]
    fn asvs_v8_2_1_every_decision_is_that_of_the_definition(
        written in policies(true), held in held(), permission in "(a|b|ab|c):(r|w|rw|x)",
    ) {
        let policy = build(&written).unwrap();
        let expected = held.iter().any(|role| granted(&written, *role, &permission));
        prop_assert_eq!(allows(&policy, &names(&held), &permission), expected);
    }

    #[test]
    fn a_further_role_never_takes_a_permission_away(
        written in policies(true), held in held(), further in "r[0-9]|nobody|ghost",
        at in 0_usize..5, permission in "(a|b|ab|c):(r|w|rw|x)",
    ) {
        let policy = build(&written).unwrap();
        let before = names(&held);
        let mut after = before.clone();
        after.insert(at.min(before.len()), further);
        prop_assert!(!allows(&policy, &before, &permission) || allows(&policy, &after, &permission));
    }

    #[test]
    fn cycles_are_found_wherever_there_are_any(written in policies(false)) {
        let circular = (0..6).any(|role| reaches(&written, role, role, 6));
        match build(&written) {
            Ok(_) => prop_assert!(!circular),
            Err(PolicyError::Cycle { path }) => {
                prop_assert!(circular);
                prop_assert_eq!(path.first(), path.last());
                for step in path.windows(2) {
                    let place = |name: &RoleName| name.as_str()[1..].parse::<usize>().unwrap();
                    prop_assert!(written[place(&step[0])].1.contains(&place(&step[1])), "no such arrow");
                }
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn no_text_panics_as_a_policy(text in "(\\[roles\\.[a-z]\\]\n|grants = \\[\"[a-z:*]{0,5}\"\\]\n|inherits = \\[\"[a-z]\"\\]\n|.){0,8}") {
        let _ = Policy::from_toml(&text);
    }
}
