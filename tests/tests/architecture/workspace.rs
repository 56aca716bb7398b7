//! The workspace as cargo sees it.

use super::check::{Kind, Member, Need};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

#[derive(Debug, Clone)]
pub(super) struct Workspace {
    pub(super) root: PathBuf,
    pub(super) members: Vec<Member>,
    pub(super) packages: Vec<Package>,
}

/// What the layout rules ask of a member, beyond its arrows.
#[derive(Debug, Clone)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) manifest: PathBuf,
    /// Whether plain `cargo build` builds it.
    pub(super) default: bool,
    /// The kinds of its targets: `lib`, `bin`, `test` …
    pub(super) targets: Vec<String>,
    /// Whether it may be published.
    pub(super) public: bool,
}

impl Workspace {
    pub(super) fn read() -> Self {
        static ONCE: LazyLock<Workspace> = LazyLock::new(|| {
            let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let output = Command::new(cargo)
                .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
                // Asked from a member's folder, cargo would name that member as the default.
                .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
                .output()
                .expect("cargo runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            serde_json::from_slice::<Metadata>(&output.stdout).expect("cargo's metadata, format 1").into()
        });
        ONCE.clone()
    }
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<RawPackage>,
    workspace_root: PathBuf,
    workspace_default_members: Vec<String>,
}

#[derive(Deserialize)]
struct RawPackage {
    id: String,
    name: String,
    manifest_path: PathBuf,
    publish: Option<Vec<String>>,
    dependencies: Vec<RawDependency>,
    features: BTreeMap<String, Vec<String>>,
    targets: Vec<RawTarget>,
}

#[derive(Deserialize)]
struct RawDependency {
    name: String,
    rename: Option<String>,
    kind: Option<String>,
    optional: bool,
}

#[derive(Deserialize)]
struct RawTarget {
    kind: Vec<String>,
}

impl From<Metadata> for Workspace {
    fn from(metadata: Metadata) -> Self {
        let defaults = metadata.workspace_default_members;
        let packages = metadata.packages.iter().map(|package| Package {
            name: package.name.clone(),
            manifest: package.manifest_path.clone(),
            default: defaults.contains(&package.id),
            targets: package.targets.iter().flat_map(|target| target.kind.clone()).collect(),
            public: package.publish.as_ref().is_none_or(|registries| !registries.is_empty()),
        });
        let packages = packages.collect();
        let members = metadata.packages.into_iter().map(Member::from).collect();
        Self { root: metadata.workspace_root, members, packages }
    }
}

impl From<RawPackage> for Member {
    fn from(package: RawPackage) -> Self {
        let needs = package.dependencies.into_iter().map(|dependency| Need {
            on: dependency.name,
            alias: dependency.rename,
            kind: if dependency.kind.as_deref() == Some("dev") { Kind::Dev } else { Kind::Product },
            optional: dependency.optional,
        });
        Self { name: package.name, needs: needs.collect(), features: package.features }
    }
}
