//! A PostgreSQL process of our own.

use super::super::supervisor::Supervisor;
use super::super::{Durability, ServerError, start};
use super::wire::Wire;
use super::{Postgres, postgres_program};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The superuser, whatever the name of whoever runs the tests.
const USER: &str = "postgres";

/// The account that Debian's package makes. PostgreSQL refuses to run as root.
const ACCOUNT: &str = "postgres";

/// A PostgreSQL that one test owns, with its faults.
#[derive(Debug)]
pub struct OwnPostgres {
    shared: Postgres,
    durability: Durability,
    supervisor: Mutex<Supervisor>,
}

impl OwnPostgres {
    /// Makes a cluster in a folder of its own and starts it on a free loopback port. As root it is run as the account
    /// `postgres`, to whom the folder is given.
    ///
    /// # Errors
    /// It is not installed, or does not start.
    pub fn start(durability: Durability) -> Result<Self, ServerError> {
        let Some(initdb) = postgres_program("initdb") else {
            return Err(ServerError::NotInstalled { program: "postgres" });
        };
        // PostgreSQL's immediate shutdown: it kills its children, and waits for them.
        let mut supervisor = Supervisor::new("postgres", "-QUIT")?;
        let folder = supervisor.folder().to_string_lossy().into_owned();
        if is_root() {
            supervisor.run(&["chown", ACCOUNT, &folder])?;
        }
        let data = data(&folder);
        let initdb = initdb.to_string_lossy();
        let make = [&initdb, "-A", "trust", "-U", USER, "--no-sync", "--locale=C.UTF-8", "-D", &data];
        supervisor.run(&as_account(&make))?;
        let port = start::at_a_free_port(
            &mut supervisor,
            |port| words(&folder, port, durability),
            |addr| is_ours(addr, &data),
        )?;
        let addr = SocketAddr::from(([127, 0, 0, 1], port));
        let shared = Postgres { user: USER.into(), addr, database: "postgres".into() };
        Ok(Self { shared, durability, supervisor: Mutex::new(supervisor) })
    }

    /// Kills it, and all that serve its connections, with SIGKILL: none of them gets to finish anything.
    ///
    /// # Errors
    /// The supervisor is gone.
    pub fn kill(&self) -> Result<(), ServerError> {
        self.supervisor().kill()
    }

    /// Stops it in its tracks with SIGSTOP: connections stay, nothing is answered.
    ///
    /// # Errors
    /// The supervisor is gone.
    pub fn freeze(&self) -> Result<(), ServerError> {
        self.supervisor().freeze()
    }

    /// Lets it go on after [`freeze`](OwnPostgres::freeze).
    ///
    /// # Errors
    /// The supervisor is gone.
    pub fn thaw(&self) -> Result<(), ServerError> {
        self.supervisor().thaw()
    }

    /// Kills it, if it runs, and starts it again at the same port, where it recovers what [`Durability`] kept. With
    /// [`Durability::Fast`] it may refuse to.
    ///
    /// # Errors
    /// It does not start again.
    pub fn restart(&self) -> Result<(), ServerError> {
        let mut supervisor = self.supervisor();
        supervisor.kill()?;
        let folder = supervisor.folder().to_string_lossy().into_owned();
        let (port, data) = (self.shared.addr.port(), data(&folder));
        let words = words(&folder, port, self.durability);
        start::again_at(&mut supervisor, port, &words, |addr| is_ours(addr, &data))
    }

    fn supervisor(&self) -> MutexGuard<'_, Supervisor> {
        self.supervisor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::ops::Deref for OwnPostgres {
    type Target = Postgres;

    fn deref(&self) -> &Postgres {
        &self.shared
    }
}

fn data(folder: &str) -> String {
    format!("{folder}/data")
}

fn words(folder: &str, port: u16, durability: Durability) -> Vec<String> {
    let program = postgres_program("postgres").unwrap_or_default();
    let (program, port, data) = (program.to_string_lossy(), port.to_string(), data(folder));
    let mut words = vec![&*program, "-D", &data, "-k", folder, "-p", &port];
    words.extend(["-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=32MB"]);
    // Races of 64 callers in several tests at once, each over a pool.
    words.extend(["-c", "max_connections=300"]);
    if durability == Durability::Fast {
        words.extend(["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]);
    }
    as_account(&words)
}

/// Root hands the work to the account; others do it themselves.
fn as_account(words: &[&str]) -> Vec<String> {
    let (user, group) = (format!("--reuid={ACCOUNT}"), format!("--regid={ACCOUNT}"));
    let hand = ["setpriv", &user, &group, "--clear-groups"];
    let before = if is_root() { hand.as_slice() } else { &[] };
    before.iter().chain(words).map(ToString::to_string).collect()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether the server at `addr` is the one that works in `data`: a port may be somebody else's after all.
fn is_ours(addr: SocketAddr, data: &str) -> bool {
    let asked = Wire::connect(addr, USER, "postgres").and_then(|mut wire| wire.query("SHOW data_directory"));
    let folder = asked.ok().and_then(|rows| rows.into_iter().next()).unwrap_or_default();
    // Compared where they lead to: the server may know the folder by a name without links.
    let real = |path: &str| std::fs::canonicalize(path).unwrap_or_else(|_| Path::new(path).to_path_buf());
    !folder.is_empty() && real(&folder) == real(data)
}
