//! A model provider that answers at once.

use super::accounts::run;
use crate::Failure;
use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use std::io::Write;
use std::net::Ipv4Addr;

/// Where [`serve_upstream`] answers, and a gateway.
pub const COMPLETIONS: &str = "/v1/chat/completions";

const ANSWER: &str = r#"{"id":"1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}]}"#;

/// Serves one completion on a free loopback port until it is killed, whatever is asked.
///
/// # Errors
/// The server cannot be set up.
pub fn serve_upstream() -> Result<(), Failure> {
    run(async {
        let complete = post(async |_: Bytes| ([(CONTENT_TYPE, "application/json")], ANSWER));
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        writeln!(std::io::stdout().lock(), "listening on http://{}", listener.local_addr()?)?;
        Ok(axum::serve(listener, Router::new().route(COMPLETIONS, complete)).await?)
    })
}
