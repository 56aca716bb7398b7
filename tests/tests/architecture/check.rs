//! A model of the workspace, held against the table. Pure, so that planted breaches can show that it sees.

use super::house::{FENCES, HOUSE, RUNTIMES, Room};
use std::collections::{BTreeMap, BTreeSet};

/// A package of the workspace.
#[derive(Debug, Clone, Default)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) needs: Vec<Need>,
    pub(super) features: BTreeMap<String, Vec<String>>,
}

/// One line of a manifest's dependency tables.
#[derive(Debug, Clone)]
pub(super) struct Need {
    /// The package depended on.
    pub(super) on: String,
    /// The name it has in the manifest and in features, if renamed there.
    pub(super) alias: Option<String>,
    pub(super) kind: Kind,
    pub(super) optional: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Part of what users build, including build scripts.
    Product,
    /// Tests, examples and benches only.
    Dev,
}

/// Every breach of the table, in words. None means that the workspace is as the table says.
pub(super) fn breaches(members: &[Member]) -> Vec<String> {
    let mut found = Vec::new();
    unplaced(members, &mut found);
    for member in members {
        let Some(room) = room(&member.name) else { continue };
        for need in member.needs.iter().filter(|need| need.kind == Kind::Product) {
            inside(member, room, need, &mut found);
            outside(member, room, need, &mut found);
        }
        defaults(member, room, &mut found);
    }
    circles(members, &mut found);
    found
}

fn room(name: &str) -> Option<Room> {
    HOUSE.iter().find(|(member, _)| *member == name).map(|(_, room)| *room)
}

/// Each member has a room, and each room's crate exists.
fn unplaced(members: &[Member], found: &mut Vec<String>) {
    for member in members.iter().filter(|member| room(&member.name).is_none()) {
        found.push(format!("`{}` has no room: place it in HOUSE", member.name));
    }
    for (name, _) in HOUSE.iter().filter(|(name, _)| !members.iter().any(|member| member.name == *name)) {
        found.push(format!("`{name}` has a room but is not in the workspace"));
    }
}

/// Arrows between our own crates.
fn inside(member: &Member, from: Room, need: &Need, found: &mut Vec<String>) {
    let Some(to) = room(&need.on) else { return };
    if !from.may_use().contains(&to) {
        found.push(format!("`{}` ({from:?}) must not depend on `{}` ({to:?})", member.name, need.on));
    }
}

/// Arrows to the crates of others.
fn outside(member: &Member, from: Room, need: &Need, found: &mut Vec<String>) {
    for fence in FENCES.iter().filter(|fence| fence.crates.contains(&need.on.as_str())) {
        if !fence.rooms.contains(&from) {
            found.push(format!(
                "`{}` ({from:?}) must not depend on `{}`, a {}",
                member.name, need.on, fence.what
            ));
        }
    }
}

/// What somebody gets who adds the crate without naming a feature: of a domain no runtime, of the facade no driver.
fn defaults(member: &Member, room: Room, found: &mut Vec<String>) {
    let on = enabled(member, "default");
    let by_default = member.needs.iter().filter(|need| {
        need.kind == Kind::Product && (!need.optional || on.contains(need.alias.as_ref().unwrap_or(&need.on)))
    });
    for need in by_default {
        let runtime = matches!(room, Room::Core | Room::Domain) && RUNTIMES.contains(&need.on.as_str());
        let driver = room == Room::Facade && self::room(&need.on) == Some(Room::Store);
        if runtime || driver {
            let what = if runtime { "a runtime" } else { "a driver" };
            found.push(format!("`{}` ({room:?}) pulls `{}`, {what}, by default", member.name, need.on));
        }
    }
}

/// The features and optional dependencies that `feature` switches on, itself included.
fn enabled(member: &Member, feature: &str) -> BTreeSet<String> {
    let mut on = BTreeSet::new();
    let mut open = vec![feature.to_owned()];
    while let Some(name) = open.pop() {
        // `a/b` switches `a` on; `a?/b` does not.
        let name = match name.split_once('/') {
            Some((dependency, _)) if dependency.ends_with('?') => continue,
            Some((dependency, _)) => dependency,
            None => name.as_str(),
        };
        if on.insert(name.strip_prefix("dep:").unwrap_or(name).to_owned()) && !name.starts_with("dep:") {
            open.extend(member.features.get(name).into_iter().flatten().cloned());
        }
    }
    on
}

/// Circles, dev-dependencies included: cargo allows those, but the crate under test then meets a second copy of its own types.
fn circles(members: &[Member], found: &mut Vec<String>) {
    let needs: BTreeMap<&str, &[Need]> =
        members.iter().map(|member| (member.name.as_str(), member.needs.as_slice())).collect();
    for member in members {
        let mut seen = BTreeSet::new();
        let mut open = vec![member.name.as_str()];
        while let Some(name) = open.pop() {
            for need in needs.get(name).into_iter().copied().flatten() {
                if need.on == member.name {
                    found.push(format!("`{}` depends on itself by way of `{name}`", member.name));
                }
                if seen.insert(need.on.as_str()) {
                    open.push(&need.on);
                }
            }
        }
    }
}
