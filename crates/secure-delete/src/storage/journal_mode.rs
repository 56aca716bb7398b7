//! What ext3 and ext4 write into their journal.

use super::device::DeviceNumber;
use super::mounts::Mount;
use super::sys::Sys;
use serde::Serialize;

/// What the journal of ext3 or ext4 holds (`data=` in `ext4(5)`), but for files that are marked otherwise.
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

/// The options in force that decide what goes through the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct JournalOptions {
    pub(super) mode: Option<JournalMode>,
    pub(super) delayed_allocation: Option<bool>,
}

impl JournalOptions {
    /// From the kernel's list of the options in force, since the mount table leaves out those that are the default of the
    /// superblock, which may be `journal_data`. `None` where neither tells.
    pub(super) fn read(sys: &Sys, mount: Option<&Mount>, device: DeviceNumber) -> Self {
        let list = sys.block_name(device).and_then(|name| {
            ["ext4", "ext3"].iter().find_map(|driver| sys.read_proc(&["fs", driver, &name, "options"]))
        });
        let listed = list.map(|list| Self::of_list(&list)).unwrap_or_default();
        let shown = mount.and_then(|mount| mount.option("data")).and_then(JournalMode::of_value);
        Self { mode: listed.mode.or(shown), ..listed }
    }

    fn of_list(list: &str) -> Self {
        let has = |option: &str| list.lines().any(|line| line == option);
        let mut values = list.lines().filter_map(|line| line.strip_prefix("data="));
        let mode = match values.next() {
            Some(value) => JournalMode::of_value(value),
            // There is no `data=` where there is no journal; `commit=` shows that it is the list.
            None => list.lines().any(|line| line.starts_with("commit=")).then_some(JournalMode::Absent),
        };
        let delayed_allocation = match (has("delalloc"), has("nodelalloc")) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        };
        Self { mode, delayed_allocation }
    }
}

impl JournalMode {
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
        let mode = |list| JournalOptions::of_list(list).mode;
        assert_eq!(mode("rw\ncommit=5\ndata=journal\n"), Some(JournalMode::Data));
        assert_eq!(mode("rw\ncommit=5\n"), Some(JournalMode::Absent));
        assert_eq!(mode("rw\n"), None);
        assert_eq!(mode(""), None);
        assert_eq!(mode("commit=5\ndata=new\n"), None);
    }

    #[test]
    fn delayed_allocation_is_what_the_list_says_and_else_not_known() {
        let delayed = |list| JournalOptions::of_list(list).delayed_allocation;
        assert_eq!(delayed("rw\ndelalloc\n"), Some(true));
        assert_eq!(delayed("rw\nnodelalloc\n"), Some(false));
        assert_eq!(delayed("rw\n"), None);
    }
}
