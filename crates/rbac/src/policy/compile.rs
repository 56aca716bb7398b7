//! From what was written to what is asked: names checked, inheritance resolved.

use super::builder::Draft;
use super::error::excerpt;
use super::granted::Granted;
use super::{Policy, PolicyError};
use crate::Grant;
use std::collections::HashMap;
use stockade_core::RoleName;

struct Role {
    name: RoleName,
    grants: Vec<Grant>,
    parents: Vec<usize>,
}

pub(super) fn policy(drafts: Vec<Draft>) -> Result<Policy, PolicyError> {
    if drafts.is_empty() {
        return Err(PolicyError::Empty);
    }
    if drafts.len() > Policy::MAX_ROLES {
        return Err(PolicyError::TooManyRoles);
    }
    let roles = resolve(drafts)?;
    let order = parents_first(&roles)?;
    flatten(roles, &order)
}

/// Checks every name and finds every parent.
fn resolve(drafts: Vec<Draft>) -> Result<Vec<Role>, PolicyError> {
    let mut places = HashMap::with_capacity(drafts.len());
    for (place, draft) in drafts.iter().enumerate() {
        let role = role_name(&draft.name)?;
        if places.insert(role.clone(), place).is_some() {
            return Err(PolicyError::DuplicateRole { role });
        }
    }
    drafts
        .into_iter()
        .map(|draft| {
            let name = role_name(&draft.name)?;
            let grant = |text: &String| {
                text.parse().map_err(|source| PolicyError::Grant {
                    role: name.clone(),
                    grant: excerpt(text),
                    source,
                })
            };
            let parent = |text: &String| {
                let parent = role_name(text)?;
                let unknown = PolicyError::UnknownParent { role: name.clone(), parent: parent.clone() };
                places.get(&parent).copied().ok_or(unknown)
            };
            let grants = draft.grants.iter().map(grant).collect::<Result<_, _>>()?;
            let parents = draft.inherits.iter().map(parent).collect::<Result<_, _>>()?;
            Ok(Role { name, grants, parents })
        })
        .collect()
}

fn role_name(text: &str) -> Result<RoleName, PolicyError> {
    text.parse().map_err(|source| PolicyError::RoleName { name: excerpt(text), source })
}

/// The roles in an order in which every parent stands before its heirs. Walks with a stack of its own: a long chain of roles must
/// not use up the thread's.
fn parents_first(roles: &[Role]) -> Result<Vec<usize>, PolicyError> {
    #[derive(Clone, Copy)]
    enum Mark {
        Unseen,
        OnPath,
        Done,
    }
    let mut marks = vec![Mark::Unseen; roles.len()];
    let mut order = Vec::with_capacity(roles.len());
    let mut path = Vec::new();
    for start in 0..roles.len() {
        if let Mark::Unseen = marks[start] {
            marks[start] = Mark::OnPath;
            path.push((start, 0));
        }
        while let Some((role, visited)) = path.last_mut() {
            let Some(&parent) = roles[*role].parents.get(*visited) else {
                marks[*role] = Mark::Done;
                order.push(*role);
                path.pop();
                continue;
            };
            *visited += 1;
            match marks[parent] {
                Mark::Done => {}
                Mark::OnPath => return Err(cycle(roles, &path, parent)),
                Mark::Unseen => {
                    marks[parent] = Mark::OnPath;
                    path.push((parent, 0));
                }
            }
        }
    }
    Ok(order)
}

fn cycle(roles: &[Role], path: &[(usize, usize)], again: usize) -> PolicyError {
    let circle = path.iter().map(|(role, _)| *role).skip_while(|role| *role != again);
    PolicyError::Cycle { path: circle.chain([again]).map(|role| roles[role].name.clone()).collect() }
}

/// Gives every role what its parents have.
fn flatten(mut roles: Vec<Role>, order: &[usize]) -> Result<Policy, PolicyError> {
    let mut flat: Vec<Granted> = roles.iter().map(|_| Granted::default()).collect();
    let mut size = 0_usize;
    let mut count = |grants: usize| {
        size = size.saturating_add(grants);
        if size > Policy::MAX_GRANTS { Err(PolicyError::TooManyGrants) } else { Ok(()) }
    };
    for &role in order {
        let mut granted = Granted::default();
        count(roles[role].grants.len())?;
        roles[role].grants.drain(..).for_each(|grant| granted.add(grant));
        for &parent in &roles[role].parents {
            count(flat[parent].len().saturating_add(1))?;
            granted.inherit(&flat[parent]);
        }
        flat[role] = granted;
    }
    Ok(Policy { roles: roles.into_iter().map(|role| role.name).zip(flat).collect() })
}
