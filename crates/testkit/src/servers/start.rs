//! Starting a server at a port that nobody else has.

use super::ServerError;
use super::supervisor::{Supervisor, runs};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::{Duration, Instant};

/// Ports that are tried. Between our look and the server's bind somebody else may take one.
const TRIES: u32 = 5;

/// A server on a busy machine needs some seconds; recovery after a kill needs a few more.
const PATIENCE: Duration = Duration::from_secs(30);

/// Starts at a free port, and gives the port once `ready` says that the server that answers there is this one.
pub(super) fn at_a_free_port(
    supervisor: &mut Supervisor,
    words: impl Fn(u16) -> Vec<String>,
    ready: impl Fn(SocketAddr) -> bool,
) -> Result<u16, ServerError> {
    let mut last = None;
    for _ in 0..TRIES {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        match at(supervisor, port, &words(port), &ready) {
            Ok(()) => return Ok(port),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| supervisor.failed("no port was tried")))
}

/// Starts again at the port that it had. What the killed one left (its children's last moments, the port) goes away by itself.
pub(super) fn again_at(
    supervisor: &mut Supervisor,
    port: u16,
    words: &[String],
    ready: impl Fn(SocketAddr) -> bool,
) -> Result<(), ServerError> {
    let mut result = at(supervisor, port, words, &ready);
    for _ in 1..TRIES {
        if result.is_ok() {
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
        result = at(supervisor, port, words, &ready);
    }
    result
}

fn at(
    supervisor: &mut Supervisor,
    port: u16,
    words: &[String],
    ready: &impl Fn(SocketAddr) -> bool,
) -> Result<(), ServerError> {
    let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let pid = supervisor.start(words)?;
    let deadline = Instant::now() + PATIENCE;
    while runs(pid) && Instant::now() < deadline {
        if ready(addr) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let error = supervisor.failed("the server does not answer");
    supervisor.kill()?;
    Err(error)
}
