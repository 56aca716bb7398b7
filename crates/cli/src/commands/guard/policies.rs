//! From names to a guard.

use crate::Exit;
use crate::args::{GuardArgs, Model, Way};
use crate::failure::Failure;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use stockade_guardrails::model::InjectionModel;
use stockade_guardrails::{Ask, Direction, Guard, MAX_POLICY_BYTES, Policy};

/// The policies, compiled, and what is known of the texts.
pub(super) fn guard(args: &GuardArgs) -> Result<Guard, Failure> {
    let policies = args.policies.iter().map(|name| policy(name)).collect::<Result<Vec<_>, _>>()?;
    let mut builder = Guard::builder().policies(policies);
    if args.model == Model::On {
        let model =
            InjectionModel::shipped().map_err(|error| Failure::chained(Exit::Failed, "model", &error))?;
        builder = builder.scorer(Arc::new(model));
    }
    builder.build().map_err(|error| Failure::chained(Exit::Usage, "policy", &error))
}

/// What the arguments say of the texts; where they say no direction, the one that a policy is for.
pub(super) fn ask<'a>(args: &'a GuardArgs, guard: &Guard) -> Ask<'a> {
    let only_answers = || guard.policies().iter().all(|policy| !policy.applies_to(Direction::Input));
    let output = args.direction.map_or_else(only_answers, |way| way == Way::Output);
    let (role, topic, country) = (args.role.as_deref(), args.topic.as_deref(), args.country.as_deref());
    Ask { role, topic, country, ..if output { Ask::output() } else { Ask::input() } }
}

/// A shipped policy, or one from a file.
pub(super) fn policy(name: &str) -> Result<Policy, Failure> {
    let path = Path::new(name);
    if name.contains('/') || path.extension().is_some_and(|extension| extension == "toml") {
        let text = read(path)?;
        return Policy::parse(&text)
            .map_err(|error| Failure::chained(Exit::Usage, "policy", &error).at(path));
    }
    Policy::shipped(name).map_err(|error| {
        let known: Vec<_> = Policy::shipped_names().collect();
        Failure::usage(format!("{error}; shipped are {}", known.join(", ")))
    })
}

/// No more than the parser would look at, and one byte, by which it sees that there is more.
fn read(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let limit = u64::try_from(MAX_POLICY_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut file = File::open(path).map_err(Failure::file(path))?.take(limit);
    file.read_to_string(&mut text).map_err(Failure::file(path))?;
    Ok(text)
}
