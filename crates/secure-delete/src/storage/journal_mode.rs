//! What ext3 and ext4 write into their journal.

use super::device::DeviceNumber;
use super::mounts::Mount;
use super::sys::Sys;
use serde::Serialize;

/// What the journal of ext3 or ext4 holds (`data=` in `ext4(5)`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum JournalMode {
    /// `data=journal`: the content of files, each block once more.
    Data,
    /// `data=ordered`: structures only, after the content.
    Ordered,
    /// `data=writeback`: structures only.
    Writeback,
    /// There is no journal.
    Absent,
}

impl JournalMode {
    /// From the kernel's list of the options in force, since the mount table leaves out those that are the default of the
    /// superblock, which may be `journal_data`. `None` where neither tells.
    pub(super) fn read(sys: &Sys, mount: Option<&Mount>, device: DeviceNumber) -> Option<Self> {
        let name = sys.block_name(device)?;
        ["ext4", "ext3"]
            .iter()
            .find_map(|driver| sys.read_proc(&["fs", driver, &name, "options"]))
            .and_then(|options| Self::of_options(&options))
            .or_else(|| Self::of_value(mount?.option("data")?))
    }

    fn of_options(options: &str) -> Option<Self> {
        let mut values = options.lines().filter_map(|line| line.strip_prefix("data="));
        match values.next() {
            Some(value) => Self::of_value(value),
            // The list has no `data=` line where there is no journal; `commit=` shows that it is the list.
            None => options.lines().any(|line| line.starts_with("commit=")).then_some(Self::Absent),
        }
    }

    fn of_value(value: &str) -> Option<Self> {
        match value {
            "journal" => Some(Self::Data),
            "ordered" => Some(Self::Ordered),
            "writeback" => Some(Self::Writeback),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn downgrade_by_a_list_that_is_cut_off_is_no_absent_journal() {
        assert_eq!(JournalMode::of_options("rw\ncommit=5\ndata=journal\n"), Some(JournalMode::Data));
        assert_eq!(JournalMode::of_options("rw\ncommit=5\n"), Some(JournalMode::Absent));
        assert_eq!(JournalMode::of_options("rw\n"), None);
        assert_eq!(JournalMode::of_options(""), None);
        assert_eq!(JournalMode::of_options("commit=5\ndata=new\n"), None);
    }
}
