//! What manifests and source files look like.

use super::workspace::{Package, Workspace};
use std::fs;
use std::path::{Path, PathBuf};

/// The most lines that a source file of a library has: past that it holds two ideas.
const MAX_LINES: usize = 400;

/// The first line of every library: its README is its documentation, so that the README's examples are compiled.
const README_INCLUDE: &str = r#"#![doc = include_str!("../README.md")]"#;

/// What every manifest takes from the workspace instead of saying it itself.
const INHERITED: &[&[&str]] = &[
    &["package", "version"],
    &["package", "edition"],
    &["package", "rust-version"],
    &["package", "license"],
    &["lints"],
];

#[test]
fn every_manifest_inherits_from_the_workspace() {
    let wrong: Vec<_> = Workspace::read()
        .packages
        .iter()
        .flat_map(|package| {
            not_inherited(&fs::read_to_string(&package.manifest).unwrap())
                .into_iter()
                .map(|key| format!("`{}`: `{key}.workspace = true` is missing", package.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn not_inherited(manifest: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().expect("a manifest is TOML");
    let inherits = |path: &&&[&str]| {
        let table = path.iter().try_fold(&manifest, |table, key| table.get(*key)?.as_table());
        table.and_then(|table| table.get("workspace")?.as_bool()) == Some(true)
    };
    INHERITED.iter().filter(|path| !inherits(path)).map(|path| path.join(".")).collect()
}

#[test]
fn a_manifest_that_goes_its_own_way_is_caught() {
    let manifest = "[package]\nversion.workspace = true\nedition = \"2021\"\nrust-version.workspace = true\n\
                    license.workspace = false\n[lints.rust]\nunsafe_code = \"allow\"\n";
    assert_eq!(not_inherited(manifest), ["package.edition", "package.license", "lints"]);
}

#[test]
fn every_dependency_has_its_version_in_the_workspace() {
    for package in Workspace::read().packages {
        let manifest: toml::Table = fs::read_to_string(&package.manifest).unwrap().parse().unwrap();
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, value) in manifest.get(kind).and_then(toml::Value::as_table).into_iter().flatten() {
                let shared = value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
                assert!(shared, "`{}`: write `{name}.workspace = true` in [{kind}]", package.name);
            }
        }
    }
}

#[test]
fn plain_cargo_commands_build_the_libraries_and_nothing_else() {
    for package in Workspace::read().packages {
        let library = package.targets.iter().any(|kind| kind == "lib") && package.public;
        assert_eq!(
            package.default, library,
            "`{}`: a default member is a library to be published, and each such library is one",
            package.name
        );
    }
}

#[test]
fn every_library_is_documented_by_its_readme() {
    for package in libraries() {
        let first = fs::read_to_string(package.join("src/lib.rs")).unwrap();
        assert_eq!(first.lines().next(), Some(README_INCLUDE), "{}", package.display());
        assert!(package.join("README.md").is_file(), "{}", package.display());
    }
}

#[test]
fn no_source_file_holds_two_ideas() {
    let mut files = Vec::new();
    for package in libraries() {
        rust_files(&package.join("src"), &mut files);
    }
    assert!(files.len() > 20, "the sources are found");
    for file in files {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= MAX_LINES, "{} has {lines} lines, more than {MAX_LINES}", file.display());
    }
}

/// The folders under `crates/`, each of which must be a member: a forgotten crate is checked by nobody.
pub(super) fn libraries() -> Vec<PathBuf> {
    let workspace = Workspace::read();
    let is_member = |folder: &Path| {
        workspace.packages.iter().any(|Package { manifest, .. }| manifest.parent() == Some(folder))
    };
    let folders = fs::read_dir(workspace.root.join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let folders: Vec<_> = folders.filter(|path| path.is_dir()).collect();
    for folder in &folders {
        assert!(is_member(folder), "{} is not a member of the workspace", folder.display());
    }
    folders
}

pub(super) fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
