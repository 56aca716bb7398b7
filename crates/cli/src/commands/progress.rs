//! The progress bar, and the moment at which a run learns of a signal.

use crate::args::Voice;
use crate::cancel::Cancel;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};
use stockade_crypto_at_rest::file::Progress;

/// What is done before this shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);
/// A terminal shows no more of them than this in a second.
const RATE: u8 = 10;

const OF_KNOWN: &str = "{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
const OF_UNKNOWN: &str = "{spinner} {bytes}, {bytes_per_sec}";
#[cfg(target_os = "linux")]
const OF_FILES: &str = "{spinner} {pos} files";

/// Shows how far a run has come, on standard error if that is a terminal.
pub(crate) struct Watched<'a> {
    bar: Option<ProgressBar>,
    since: Instant,
    cancel: &'a Cancel,
}

impl<'a> Watched<'a> {
    pub(crate) fn new(voice: Voice, cancel: &'a Cancel) -> Self {
        let bar = (!voice.quiet && !voice.json)
            .then(|| ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(RATE)));
        Self { bar: bar.filter(|bar| !bar.is_hidden()), since: Instant::now(), cancel }
    }

    /// Told after each batch.
    pub(crate) fn step(&self, progress: Progress) -> ControlFlow<()> {
        let template = if progress.total.is_some() { OF_KNOWN } else { OF_UNKNOWN };
        self.show(progress.done, progress.total, template)
    }

    /// Told after each piece of bytes.
    #[cfg(target_os = "linux")]
    pub(crate) fn bytes(&self, done: u64, total: u64) -> ControlFlow<()> {
        self.show(done, Some(total), OF_KNOWN)
    }

    /// Told after each file.
    #[cfg(target_os = "linux")]
    pub(crate) fn files(&self, done: u64) -> ControlFlow<()> {
        self.show(done, None, OF_FILES)
    }

    fn show(&self, done: u64, total: Option<u64>, template: &str) -> ControlFlow<()> {
        if let Some(bar) = self.bar.as_ref().filter(|_| self.since.elapsed() > PATIENCE) {
            if bar.length().is_none() {
                bar.set_length(total.unwrap_or_default());
                let style = ProgressStyle::with_template(template);
                bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            }
            bar.set_position(done);
        }
        if self.cancel.requested().is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
