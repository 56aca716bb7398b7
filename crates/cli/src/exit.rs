//! What a script learns.

use std::process::ExitCode;

/// How the command ended. The numbers are part of the interface and do not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: a file, the disk, the terminal or a key service failed.
    Failed,
    /// 2: the arguments make no sense together, or one is malformed.
    Usage,
    /// 3: no key given opens it, or it is another's, or another context's.
    DoesNotOpen,
    /// 4: truncated, altered, or not a file of the format.
    Damaged,
    /// 5: it would overwrite, print what a terminal must not get, or destroy unasked.
    Refused,
    /// 6: something that was to be deleted is not, or not known to be.
    NotDeleted,
    /// 7: the level that was required was not reached, and so the file stays.
    LevelMissed,
    /// 130: cancelled by SIGINT.
    Interrupted,
    /// 143: cancelled by SIGTERM.
    Terminated,
}

impl Exit {
    /// The process's exit code.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::DoesNotOpen => 3,
            Self::Damaged => 4,
            Self::Refused => 5,
            Self::NotDeleted => 6,
            Self::LevelMissed => 7,
            // 128 and the signal's number, as a shell says it.
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
