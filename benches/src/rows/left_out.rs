//! Why a row is not in the table.

/// What a row needs and this machine does not have. Not a failure: the row is left out, loudly, and the others are measured.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LeftOut {
    /// `--peers` was not given.
    NeedsPeers,
    /// A peer is not installed.
    NotInstalled {
        /// The peer.
        peer: &'static str,
        /// The command that installs it.
        install: &'static str,
    },
    /// The folder for temporary files has not so much space.
    NeedsSpace {
        /// How much.
        bytes: u64,
    },
}

impl std::fmt::Display for LeftOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NeedsPeers => f.write_str("it needs --peers"),
            Self::NotInstalled { peer, install } => {
                write!(f, "`{peer}` is not installed; `{install}` installs it")
            }
            Self::NeedsSpace { bytes } => {
                let gibibytes = bytes >> 30;
                write!(f, "it needs {gibibytes} GiB of free space for temporary files (TMPDIR says where)")
            }
        }
    }
}

impl std::error::Error for LeftOut {}
