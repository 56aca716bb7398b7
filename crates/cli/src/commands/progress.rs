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
        if let Some(bar) = self.bar.as_ref().filter(|_| self.since.elapsed() > PATIENCE) {
            if bar.length().is_none() {
                bar.set_length(progress.total.unwrap_or_default());
                bar.set_style(style(progress.total.is_some()));
            }
            bar.set_position(progress.done);
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

fn style(total_known: bool) -> ProgressStyle {
    let template = if total_known {
        "{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left"
    } else {
        "{spinner} {bytes}, {bytes_per_sec}"
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
