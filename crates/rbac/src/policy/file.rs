//! A policy as TOML.

use super::builder::Draft;
use super::{Policy, PolicyError};
use std::collections::BTreeMap;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    roles: BTreeMap<String, Role>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Role {
    #[serde(default)]
    grants: Vec<String>,
    #[serde(default)]
    inherits: Vec<String>,
}

pub(super) fn read(text: &str) -> Result<Vec<Draft>, PolicyError> {
    if text.len() > Policy::MAX_FILE {
        return Err(PolicyError::FileTooLarge);
    }
    let file: File = toml::from_str(text).map_err(|error| PolicyError::File(Box::new(error)))?;
    let draft = |(name, role): (String, Role)| Draft { name, grants: role.grants, inherits: role.inherits };
    Ok(file.roles.into_iter().map(draft).collect())
}
