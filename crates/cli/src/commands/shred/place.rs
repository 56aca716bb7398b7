//! From what was typed to a folder and a name in it.

use crate::failure::Failure;
use std::fmt;
use std::path::{Path, PathBuf};
use stockade_secure_delete::{DeleteError, DeletePlan, Shredder, TreePlan};

/// One path: the folder that is opened, and the one name that is looked up beneath it.
pub(super) struct Place {
    root: PathBuf,
    name: PathBuf,
}

/// What is there.
pub(super) enum Found {
    File(Box<DeletePlan>),
    Tree(Box<TreePlan>),
    Refused(DeleteError),
}

impl Place {
    pub(super) fn new(path: &Path) -> Result<Self, Failure> {
        let Some(name) = path.file_name() else {
            return Err(Failure::usage(format!("`{}` ends with no name", path.display())));
        };
        let root = path.parent().filter(|root| !root.as_os_str().is_empty());
        Ok(Self { root: root.unwrap_or(Path::new(".")).to_owned(), name: name.into() })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn name(&self) -> &Path {
        &self.name
    }

    pub(super) fn find(&self, shredder: &Shredder, recursive: bool) -> Found {
        match shredder.plan(&self.name) {
            Ok(plan) => Found::File(Box::new(plan)),
            Err(DeleteError::Directory) if recursive => match shredder.plan_tree(&self.name) {
                Ok(plan) => Found::Tree(Box::new(plan)),
                Err(error) => Found::Refused(error),
            },
            Err(error) => Found::Refused(error),
        }
    }

    /// As it was typed, without what would act on a terminal.
    pub(super) fn shown(&self) -> String {
        let path = if self.root == Path::new(".") { self.name.clone() } else { self.root.join(&self.name) };
        path.display().to_string().escape_debug().to_string()
    }

    /// A report for people, which names what lies beneath the root only.
    pub(super) fn said(&self, report: &impl fmt::Display) -> String {
        if self.root == Path::new(".") {
            report.to_string()
        } else {
            format!("{}: {report}", self.root.display())
        }
    }
}
