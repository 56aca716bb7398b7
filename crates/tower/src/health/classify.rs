use http::{HeaderMap, Response, header::RETRY_AFTER};
use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{Clock, UnixMillis};
use stockade_provider_health::{Outcome, classify, retry_after};

/// What the end of a call says about the provider. A closure `Fn(Result<&R, &E>) -> Outcome` is one.
pub trait Classify<R, E> {
    /// Judges an answer, or the error in its place. It is called once for each call that was made, and should be quick.
    fn classify(&self, result: Result<&R, &E>) -> Outcome;
}

impl<R, E, F: Fn(Result<&R, &E>) -> Outcome> Classify<R, E> for F {
    fn classify(&self, result: Result<&R, &E>) -> Outcome {
        self(result)
    }
}

/// Reads status and `Retry-After` of a response as [`classify`] and [`retry_after`] do, and errors by [`classify_error`].
///
/// A client whose errors say more gives its own word on them:
///
/// ```
/// # use std::sync::Arc;
/// # use stockade_core::{Clock, SystemClock};
/// # use stockade_provider_health::Outcome;
/// # use stockade_tower::{HttpClassifier, classify_error};
/// # struct ClientError;
/// # impl ClientError { fn is_connect(&self) -> bool { true } }
/// # let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
/// let http = HttpClassifier::new(clock);
/// let classifier = move |result: Result<&http::Response<bytes::Bytes>, &ClientError>| match result {
///     Ok(response) => http.response(response),
///     Err(error) if error.is_connect() => Outcome::ConnectFault,
///     Err(_) => Outcome::ServerFault,
/// };
/// # let _ = classifier;
/// ```
#[derive(Clone)]
pub struct HttpClassifier {
    clock: Arc<dyn Clock>,
}

impl HttpClassifier {
    /// `clock` tells how far away the date of a `Retry-After` is.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }

    /// What this response says, by its head alone.
    #[must_use]
    pub fn response<B>(&self, response: &Response<B>) -> Outcome {
        let wait = || wait_of(response.headers(), self.clock.now());
        let status = response.status().as_u16();
        match classify(status, None) {
            Outcome::Throttled(_) => classify(status, wait()),
            other => other,
        }
    }
}

impl<B, E: Error + 'static> Classify<Response<B>, E> for HttpClassifier {
    fn classify(&self, result: Result<&Response<B>, &E>) -> Outcome {
        match result {
            Ok(response) => self.response(response),
            Err(error) => classify_error(error),
        }
    }
}

/// What a client's error says, by the first [`io::Error`] among its causes: a connection that was not made is
/// [`Outcome::ConnectFault`], an I/O timeout [`Outcome::Timeout`], everything else [`Outcome::ServerFault`].
///
/// Only what is certain counts as a connection that was not made: refused, host or network unreachable. Whatever may have
/// reached the provider must not pass for it, since such a request is made again elsewhere even if it is not idempotent.
#[must_use]
pub fn classify_error(error: &(dyn Error + 'static)) -> Outcome {
    use io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable, TimedOut};
    let causes = std::iter::successors(Some(error), |error: &&'_ (dyn Error + 'static)| (*error).source());
    let kind =
        causes.take(MAX_CAUSES).find_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind);
    match kind {
        Some(ConnectionRefused | HostUnreachable | NetworkUnreachable) => Outcome::ConnectFault,
        Some(TimedOut) => Outcome::Timeout,
        _ => Outcome::ServerFault,
    }
}

/// Longer chains of causes are loops.
const MAX_CAUSES: usize = 16;

/// The longest of several: whoever asks to be left alone twice means the longer time.
fn wait_of(headers: &HeaderMap, now: UnixMillis) -> Option<Duration> {
    headers.get_all(RETRY_AFTER).iter().filter_map(|value| retry_after(value.to_str().ok()?, now)).max()
}

impl fmt::Debug for HttpClassifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClassifier").finish_non_exhaustive()
    }
}
