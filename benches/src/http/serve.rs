//! Our side of `http.stack_vs_incumbents`, as a process of its own.

use crate::Failure;
use crate::rig::{HttpStack, open_sqlite};
use axum::http::StatusCode;
use axum::routing::get;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use stockade_testkit::Service;

/// Answers when every event of the requests so far is stored: the work that a measurement must not leave behind.
pub const STORED: &str = "/stored";

/// As many as the peers use.
pub(super) const WORKERS: usize = 2;

/// Serves on a free loopback port until it is killed. Says on standard output which header signs a request in, and where it
/// listens.
///
/// # Errors
/// The server cannot be set up.
pub fn serve(folder: &Path) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build()?;
    runtime.block_on(async {
        let stack = HttpStack::over(open_sqlite(folder).await?).await?;
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "header authorization: Bearer {}", stack.access_token.expose())?;
        writeln!(out, "listening on http://{}", listener.local_addr()?)?;
        drop(out);
        let stored = get(async move || match stack.queue.flush().await {
            Ok(()) => (StatusCode::OK, "stored"),
            Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "lost"),
        });
        let service =
            stack.protected.route(STORED, stored).into_make_service_with_connect_info::<SocketAddr>();
        Ok(axum::serve(listener, service).await?)
    })
}

/// The header line with which requests to `server` are signed in.
///
/// # Errors
/// The server has not said it.
pub fn credential(server: &Service) -> Result<String, Failure> {
    let said = server.stdout();
    let header = said.lines().find_map(|line| line.strip_prefix("header "));
    Ok(header.ok_or("the server did not say how to sign in")?.to_owned())
}
