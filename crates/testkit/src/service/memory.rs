//! A process's memory, as Linux counts it.

use super::ServiceError;
use std::io;

/// Resident memory of a process, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Memory {
    /// Resident now (`VmRSS` of proc_pid_status(5)).
    pub resident: u64,
    /// The most that was ever resident (`VmHWM`).
    pub peak: u64,
}

impl Memory {
    pub(super) fn of(pid: u32) -> Result<Self, ServiceError> {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
        // A process that has ended but was not waited for has a status without these lines.
        let missing = || io::Error::new(io::ErrorKind::NotFound, "the process has ended");
        Ok(parse(&status).ok_or_else(missing)?)
    }
}

fn parse(status: &str) -> Option<Memory> {
    let bytes = |name: &str| {
        let value = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        value.trim().strip_suffix(" kB")?.parse::<u64>().ok()?.checked_mul(1024)
    };
    Some(Memory { resident: bytes("VmRSS")?, peak: bytes("VmHWM")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kilobytes_become_bytes() {
        let status = "Name:\thello\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t3\n";
        assert_eq!(parse(status), Some(Memory { resident: 1 << 20, peak: 2 << 20 }));
    }

    #[test]
    fn an_ended_process_has_no_memory() {
        assert_eq!(parse("Name:\thello\nState:\tZ (zombie)\n"), None);
        assert_eq!(parse("VmRSS:\t99999999999999999999 kB\nVmHWM:\t1 kB"), None);
    }
}
