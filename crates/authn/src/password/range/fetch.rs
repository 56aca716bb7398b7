//! How an answer is had, without knowing HTTP.

use async_trait::async_trait;
use std::error::Error;
use std::fmt;

/// Fetches small texts over HTTPS. Implement it over the client that your service has.
///
/// An implementation
/// - gives up after a time of its choosing, a second or two: somebody is waiting;
/// - reads no more than `max_bytes` of the body and fails if there are more, rather than cut it;
/// - follows no redirect to another origin, and fails on any status but 200;
/// - checks the server's certificate.
#[async_trait]
pub trait Fetch: Send + Sync + fmt::Debug {
    /// The body that `GET url` answers with, sent with `headers`.
    ///
    /// # Errors
    /// No complete answer with status 200 and at most `max_bytes` came in time.
    async fn get(
        &self,
        url: &str,
        headers: &[(&'static str, &'static str)],
        max_bytes: usize,
    ) -> Result<Vec<u8>, FetchError>;
}

/// Nothing was fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// No connection, a cut one, a bad certificate.
    #[error("the server is out of reach")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// No answer in time.
    #[error("the server took too long")]
    Timeout,
    /// Another status than 200.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// A longer answer than was asked for.
    #[error("the answer is longer than {max} bytes")]
    TooLong {
        /// The most bytes that were asked for.
        max: usize,
    },
}
