//! A plan for people.

use super::{DeletePlan, Work};
use std::fmt;

impl fmt::Display for DeletePlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path, self.prospect())?;
        let policy = &self.means.policy;
        match self.work {
            Work::UnlinkOnly { .. } => f.write_str("\n  only the name would be removed"),
            Work::Overwrite { .. } | Work::OverwriteReadOnly { .. } => {
                write!(
                    f,
                    "\n  {} bytes would be overwritten in {} passes",
                    self.facts.len,
                    policy.passes().len()
                )?;
                if matches!(self.work, Work::OverwriteReadOnly { .. }) {
                    f.write_str(", after making the file writable")?;
                }
                write!(f, ", renamed {} times, cut to nothing and unlinked", policy.renames())
            }
        }
    }
}

impl fmt::Debug for DeletePlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeletePlan")
            .field("path", &self.path)
            .field("identity", &self.identity())
            .field("required", &self.required)
            .finish_non_exhaustive()
    }
}
