//! A report for people.

use super::{DeleteReport, Medium, ModeChange, Namespace};
use crate::assurance::Assurance;
use std::error::Error;
use std::fmt;

impl fmt::Display for DeleteReport {
    /// One line for what it amounts to, then one for each thing that somebody should know.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path, self.assurance)?;
        if let Assurance::NotDeleted { error } = &self.assurance
            && let Some(source) = error.source()
        {
            write!(f, ": {source}")?;
        }
        if let Some(overwrite) = &self.overwrite {
            write!(f, "\n  overwrite: {} of {} passes, ", overwrite.passes.len(), overwrite.asked)?;
            write!(f, "{} bytes", overwrite.bytes)?;
            for shortfall in overwrite.shortfalls() {
                write!(f, "; {shortfall}")?;
            }
        }
        let namespace = &self.namespace;
        if namespace.renames > 0 || namespace.unlinked {
            let unlinked = if namespace.unlinked { "unlinked" } else { "not unlinked" };
            write!(f, "\n  name: {} renames, {unlinked}", namespace.renames)?;
        }
        if self.overwrite.is_some() && namespace.unlinked && self.identity.links > 1 {
            write!(f, "\n  it has {} other names, which lead to an empty file", self.identity.links - 1)?;
        }
        namespace.fmt_left(f)?;
        if namespace.unlinked && !self.durability.name_gone_for_good {
            f.write_str("\n  the folder was not synced: after a loss of power the name may be back")?;
        }
        if self.durability.failed(Medium::Content) {
            f.write_str("\n  a sync of the content failed: what the device holds is not known")?;
        }
        match self.mode {
            ModeChange::None => Ok(()),
            ModeChange::MadeWritable => f.write_str("\n  it was read-only and was made writable"),
            ModeChange::Restored => f.write_str("\n  it was made writable, and is read-only again"),
        }
    }
}

impl Namespace {
    /// What is where it was not, a line for each.
    pub(crate) fn fmt_left(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.left_as {
            write!(f, "\n  it is now called `{name}`")?;
        }
        if let Some(name) = &self.displaced {
            write!(f, "\n  another file that had taken its name is now `{name}`")?;
        }
        if let Some(name) = &self.shelter_left {
            write!(f, "\n  the private folder `{name}` could not be removed")?;
        }
        Ok(())
    }
}
