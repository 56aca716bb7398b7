//! Chores.

use std::fmt::Display;
use std::time::Duration;

/// Runs `chore` once an hour for as long as the process lives, the first time an hour from now. A failure is logged, and the
/// chore is tried again an hour later.
pub fn hourly<F, R, T, E>(name: &'static str, chore: F)
where
    F: Fn() -> R + Send + 'static,
    R: Future<Output = Result<T, E>> + Send,
    E: Display + Send,
{
    const HOUR: Duration = Duration::from_secs(60 * 60);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(HOUR).await;
            if let Err(error) = chore().await {
                tracing::warn!(%error, "{name} failed, trying again in an hour");
            }
        }
    });
}
