//! What a test logged.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use tracing::Dispatch;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::format::FmtSpan;

/// Catches every log line, at every level and with every span's opening and closing, from [`start`](LogCapture::start) until it
/// is dropped.
///
/// It listens on the thread that started it; other threads and multi-threaded runtimes need [`dispatch`](LogCapture::dispatch).
#[derive(Debug)]
#[must_use = "nothing is captured once it is dropped"]
pub struct LogCapture {
    text: Arc<Mutex<Vec<u8>>>,
    dispatch: Dispatch,
    _guard: DefaultGuard,
}

impl LogCapture {
    /// Starts to listen on this thread.
    pub fn start() -> Self {
        let text = Arc::new(Mutex::new(Vec::new()));
        let writer = Arc::clone(&text);
        let dispatch = Dispatch::new(
            tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_span_events(FmtSpan::FULL)
                .with_ansi(false)
                .with_writer(move || Line(Arc::clone(&writer)))
                .finish(),
        );
        let guard = tracing::dispatcher::set_default(&dispatch);
        Self { text, dispatch, _guard: guard }
    }

    /// The subscriber behind this capture, for other threads (`tracing::dispatcher::with_default`) and for futures
    /// (`WithSubscriber::with_subscriber`).
    #[must_use]
    pub fn dispatch(&self) -> Dispatch {
        self.dispatch.clone()
    }

    /// All that was logged so far.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&lock(&self.text)).into_owned()
    }

    /// Fails the test if one of `secrets` stands anywhere in what was logged.
    ///
    /// # Panics
    /// A secret was logged; the message shows the first line that has one. Also if nothing was logged at all or a secret is
    /// empty: such an assertion could not fail.
    #[track_caller]
    pub fn assert_hides(&self, secrets: &[&str]) {
        let text = self.text();
        assert!(!text.is_empty(), "nothing was logged, so nothing could have been hidden");
        for secret in secrets {
            assert!(!secret.is_empty(), "an empty secret is in every line");
            let line = text.lines().find(|line| line.contains(secret));
            assert!(line.is_none(), "the log shows a secret: {}", line.unwrap_or_default());
        }
    }
}

struct Line(Arc<Mutex<Vec<u8>>>);

impl io::Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        lock(&self.0).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn lock(text: &Mutex<Vec<u8>>) -> std::sync::MutexGuard<'_, Vec<u8>> {
    text.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_every_level_and_spans_without_lines_are_caught() {
        let logs = LogCapture::start();
        tracing::trace!("quiet");
        tracing::error!("loud");
        drop(tracing::info_span!("silent", field = "shown").entered());
        let text = logs.text();
        for word in ["quiet", "loud", "silent", "shown"] {
            assert!(text.contains(word), "`{word}` is missing in {text}");
        }
        logs.assert_hides(&["hunter2"]);
    }

    #[test]
    #[should_panic(expected = "the log shows a secret")]
    fn a_secret_in_a_span_field_is_found() {
        let logs = LogCapture::start();
        drop(tracing::info_span!("login", password = "hunter2").entered());
        logs.assert_hides(&["hunter2"]);
    }

    #[test]
    #[should_panic(expected = "nothing was logged")]
    fn an_empty_log_proves_nothing() {
        LogCapture::start().assert_hides(&["hunter2"]);
    }

    #[test]
    fn other_threads_are_heard_through_the_dispatch() {
        let logs = LogCapture::start();
        let dispatch = logs.dispatch();
        std::thread::scope(|scope| {
            scope.spawn(|| tracing::info!("unheard"));
            scope.spawn(|| tracing::dispatcher::with_default(&dispatch, || tracing::info!("overtone")));
        });
        assert!(logs.text().contains("overtone"));
        assert!(!logs.text().contains("unheard"));
    }

    #[test]
    fn a_dropped_capture_hears_nothing_more() {
        let first = LogCapture::start();
        let text = Arc::clone(&first.text);
        drop(first);
        tracing::info!("late");
        assert!(lock(&text).is_empty());
    }
}
