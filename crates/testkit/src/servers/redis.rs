//! A throw-away Redis.

use super::supervisor::Supervisor;
use super::{Durability, ServerError, given, offer, on_path, start};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

const VARIABLE: &str = "TESTKIT_REDIS_URL";

/// A Redis server that tests share. Keys are told apart by a [`prefix`](Redis::prefix) for each test.
#[derive(Debug)]
pub struct Redis {
    url: String,
}

/// The Redis of this process: that of `TESTKIT_REDIS_URL`, or else one that is started at the first call and goes with the
/// process. `None`, loudly, with `TESTKIT_SKIP_SERVERS=1` where none is installed.
///
/// # Panics
/// There is none, and it may not be skipped.
#[must_use]
pub fn redis() -> Option<&'static Redis> {
    static SHARED: OnceLock<Option<OwnRedis>> = OnceLock::new();
    static GIVEN: OnceLock<Option<Redis>> = OnceLock::new();
    let given = GIVEN.get_or_init(|| given(VARIABLE).map(|url| Redis { url }));
    given.as_ref().or_else(|| SHARED.get_or_init(|| Redis::own(Durability::Fast)).as_deref())
}

impl Redis {
    /// A server of this test's own, which may be killed and frozen; gone when it is dropped. `None`, loudly, with
    /// `TESTKIT_SKIP_SERVERS=1` where Redis is not installed.
    ///
    /// # Panics
    /// It cannot be started, and may not be skipped.
    #[must_use]
    pub fn own(durability: Durability) -> Option<OwnRedis> {
        offer("Redis", OwnRedis::start(durability))
    }

    /// `redis://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A prefix for keys that nothing else has, with `name` in it for whoever looks: `t:NAME:…:`.
    #[must_use]
    pub fn prefix(&self, name: &str) -> String {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        format!("t:{name}:{}-{}-{count}:", std::process::id(), super::run_id())
    }
}

/// A Redis that one test owns, with its faults.
#[derive(Debug)]
pub struct OwnRedis {
    shared: Redis,
    port: u16,
    durability: Durability,
    supervisor: Mutex<Supervisor>,
}

impl OwnRedis {
    /// Starts a server on a free loopback port, in a folder of its own.
    ///
    /// # Errors
    /// It is not installed, or does not start.
    pub fn start(durability: Durability) -> Result<Self, ServerError> {
        if !on_path("redis-server") {
            return Err(ServerError::NotInstalled { program: "redis-server" });
        }
        let mut supervisor = Supervisor::new("redis", "-KILL")?;
        let folder = supervisor.folder().to_string_lossy().into_owned();
        let words = |port| words(&folder, port, durability);
        let port = start::at_a_free_port(&mut supervisor, words, |addr| answers(addr, &folder).is_ok())?;
        let shared = Redis { url: format!("redis://127.0.0.1:{port}") };
        Ok(Self { shared, port, durability, supervisor: Mutex::new(supervisor) })
    }

    /// Where it listens, for a [`Proxy`](super::Proxy).
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// Kills it with SIGKILL.
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

    /// Lets it go on after [`freeze`](OwnRedis::freeze).
    ///
    /// # Errors
    /// The supervisor is gone.
    pub fn thaw(&self) -> Result<(), ServerError> {
        self.supervisor().thaw()
    }

    /// Kills it, if it runs, and starts it again at the same port, with what [`Durability`] kept.
    ///
    /// # Errors
    /// It does not start again.
    pub fn restart(&self) -> Result<(), ServerError> {
        let mut supervisor = self.supervisor();
        supervisor.kill()?;
        let folder = supervisor.folder().to_string_lossy().into_owned();
        let words = words(&folder, self.port, self.durability);
        start::again_at(&mut supervisor, self.port, &words, |addr| answers(addr, &folder).is_ok())
    }

    fn supervisor(&self) -> std::sync::MutexGuard<'_, Supervisor> {
        self.supervisor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::ops::Deref for OwnRedis {
    type Target = Redis;

    fn deref(&self) -> &Redis {
        &self.shared
    }
}

fn words(folder: &str, port: u16, durability: Durability) -> Vec<String> {
    let port = port.to_string();
    let keep: &[&str] = match durability {
        Durability::Fast => &["--appendonly", "no"],
        Durability::Durable => &["--appendonly", "yes", "--appendfsync", "always"],
    };
    let fixed = ["redis-server", "--bind", "127.0.0.1", "--port", &port, "--save", "", "--dir", folder];
    fixed.iter().chain(keep).map(ToString::to_string).collect()
}

/// Whether it answers `PING`, and is the one that works in `folder`.
fn answers(addr: SocketAddr, folder: &str) -> io::Result<()> {
    let patience = Duration::from_secs(1);
    let mut stream = TcpStream::connect_timeout(&addr, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.write_all(b"PING\r\nCONFIG GET dir\r\nQUIT\r\n")?;
    let mut answer = Vec::new();
    stream.take(16 << 10).read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    // The system may know the folder by a longer name.
    let name = folder.rsplit('/').next().unwrap_or(folder);
    if answer.starts_with("+PONG\r\n") && answer.contains(&format!("/{name}\r\n")) {
        return Ok(());
    }
    Err(io::ErrorKind::InvalidData.into())
}
