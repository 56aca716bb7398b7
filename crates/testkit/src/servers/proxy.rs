//! A loopback proxy that misbehaves when told to.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What a [`Proxy`] does to the connections through it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Fault {
    /// Passes everything on.
    #[default]
    None,
    /// Holds every piece back, in both directions, for this long.
    Delay(Duration),
    /// Ends the connections that are open, and every new one as soon as it comes.
    Cut,
    /// Ends each connection after the server's next so many bytes, in the middle of an answer.
    Truncate(usize),
    /// Takes what comes and passes nothing on, in either direction.
    Silence,
}

/// A proxy on a loopback port, in front of a server. It, and the connections through it, end when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    fault: Fault,
    /// Raised with each new fault, so that a count of bytes starts anew.
    change: u64,
    closed: bool,
    open: Vec<TcpStream>,
}

impl Proxy {
    /// A proxy in front of `server` that passes everything on, for now.
    ///
    /// # Errors
    /// The system has no port or no thread for it.
    pub fn before(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let addr = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State::default()));
        let shared = Arc::clone(&state);
        std::thread::Builder::new().name("proxy".into()).spawn(move || accept(&listener, server, &shared))?;
        Ok(Self { addr, state })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The same URL, through the proxy: `HOST:PORT` of `url` becomes that of the proxy.
    #[must_use]
    pub fn url(&self, url: &str) -> String {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let user = authority.rsplit_once('@').map_or(String::new(), |(user, _)| format!("{user}@"));
        format!("{scheme}://{user}{}{path}", self.addr)
    }

    /// Misbehaves from now on, connections that are open included.
    pub fn set(&self, fault: Fault) {
        let mut state = lock(&self.state);
        state.fault = fault;
        state.change += 1;
        if fault == Fault::Cut {
            close_all(&mut state);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let mut state = lock(&self.state);
        state.closed = true;
        close_all(&mut state);
        drop(state);
        // Wakes the thread that accepts, so that it sees the end.
        let _ = TcpStream::connect(self.addr);
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn close_all(state: &mut State) {
    for stream in state.open.drain(..) {
        let _ = stream.shutdown(Shutdown::Both);
    }
}

fn accept(listener: &TcpListener, server: SocketAddr, state: &Arc<Mutex<State>>) {
    for client in listener.incoming().flatten() {
        if lock(state).closed {
            return;
        }
        // A connection that cannot be made is one that ends at once.
        let _ = join(client, server, state);
    }
}

fn join(client: TcpStream, server: SocketAddr, state: &Arc<Mutex<State>>) -> io::Result<()> {
    let server = TcpStream::connect(server)?;
    // Pieces are passed on as they come; waiting to fill a packet would be a delay that nobody asked for.
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let mut shared = lock(state);
    if shared.closed || shared.fault == Fault::Cut {
        return Ok(());
    }
    shared.open.push(client.try_clone()?);
    shared.open.push(server.try_clone()?);
    drop(shared);
    for (from, to, answers) in
        [(client.try_clone()?, server.try_clone()?, Answers::No), (server, client, Answers::Yes)]
    {
        let state = Arc::clone(state);
        std::thread::Builder::new().name("proxy".into()).spawn(move || {
            let _ = pump(&from, &to, answers, &state);
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
        })?;
    }
    Ok(())
}

/// Whether this direction carries what the server says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answers {
    Yes,
    No,
}

fn pump(mut from: &TcpStream, mut to: &TcpStream, answers: Answers, state: &Mutex<State>) -> io::Result<()> {
    let mut buffer = [0; 16 << 10];
    let (mut seen, mut passed) = (0, 0);
    loop {
        let read = from.read(&mut buffer)?;
        let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { return Ok(()) };
        let (fault, change) = {
            let state = lock(state);
            (state.fault, state.change)
        };
        if change != seen {
            (seen, passed) = (change, 0);
        }
        match fault {
            Fault::None => to.write_all(piece)?,
            Fault::Delay(time) => {
                std::thread::sleep(time);
                to.write_all(piece)?;
            }
            Fault::Truncate(after) if answers == Answers::Yes => {
                let rest = after.saturating_sub(passed);
                passed += piece.len();
                if let Some(torn) = piece.get(..rest) {
                    to.write_all(torn)?;
                    return Ok(());
                }
                to.write_all(piece)?;
            }
            Fault::Truncate(_) => to.write_all(piece)?,
            Fault::Cut => return Ok(()),
            Fault::Silence => {}
        }
    }
}
