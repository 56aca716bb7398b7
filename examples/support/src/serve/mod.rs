//! Listening, saying so, and ending in good order.

use axum::Router;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long open requests may take after the signal to end; then the process ends with them unanswered. A third of the 30 s
/// after which Kubernetes kills a pod (its default `terminationGracePeriodSeconds`).
pub const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// A socket that accepts connections, which wait until [`serve`](Listening::serve) answers them.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    addr: SocketAddr,
}

/// Binds `listen`, and prints `listening on http://ADDR` as the first line that scripts and tests wait for.
///
/// # Errors
/// The address is taken or may not be bound.
#[expect(clippy::print_stdout, reason = "the line on standard output is the contract with scripts and tests")]
pub async fn bind(listen: SocketAddr) -> io::Result<Listening> {
    let listener = TcpListener::bind(listen).await?;
    let addr = listener.local_addr()?;
    println!("listening on http://{addr}");
    io::stdout().flush()?;
    Ok(Listening { listener, addr })
}

impl Listening {
    /// The bound address; its port is real even where port 0 was asked for.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Prints `text` with `ADDR` replaced by the bound address: what to try.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn say(&self, text: &str) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(text.replace("ADDR", &self.addr.to_string()).as_bytes())?;
        out.flush()
    }

    /// Answers requests until SIGTERM or ctrl-c, then lets open requests finish, for at most [`SHUTDOWN_GRACE`]. Handlers and
    /// layers find the peer's address in `ConnectInfo<SocketAddr>`.
    ///
    /// # Errors
    /// The signals cannot be listened to, or the listener broke.
    pub async fn serve(self, router: Router) -> io::Result<()> {
        let end = end_signal()?;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let server = axum::serve(self.listener, router.into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(async {
                let _ = stopped.await;
            });
        let mut server = std::pin::pin!(server.into_future());
        tokio::select! {
            result = &mut server => return result,
            () = end => tracing::info!("asked to end"),
        }
        drop(stop);
        tokio::time::timeout(SHUTDOWN_GRACE, server).await.unwrap_or_else(|_| {
            tracing::warn!("ended with requests unanswered");
            Ok(())
        })
    }
}

/// [`bind`], then [`Listening::serve`].
///
/// # Errors
/// Those of both.
pub async fn serve(listen: SocketAddr, router: Router) -> io::Result<()> {
    bind(listen).await?.serve(router).await
}

#[cfg(unix)]
fn end_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn end_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler there is no orderly end to wait for.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

#[cfg(test)]
mod tests;
