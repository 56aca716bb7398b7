//! What the log keeps of a text.

use crate::{Ask, Guard, MAX_PREVIEW};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// How many bytes hold a whole preview: no character has more than four.
const ENOUGH: usize = 4 * MAX_PREVIEW;

/// The length of what was said, a keyed digest, and the start of it, redacted by verdicts of its own: a verdict on another text has other spans.
pub(super) struct Said {
    bytes: usize,
    digest: Hmac<Sha256>,
    shown: Option<String>,
}

impl Said {
    pub(super) fn new(digest: Hmac<Sha256>, shown: bool) -> Self {
        Self { bytes: 0, digest, shown: shown.then(String::new) }
    }

    /// With several texts, as if one followed the other after a space. Each is redacted by itself, since beside another it may not be seen
    /// for what it is.
    pub(super) fn all<'t>(
        mut self,
        texts: impl Iterator<Item = &'t str>,
        guard: &Guard,
        ask: &Ask<'_>,
    ) -> Self {
        for (place, text) in texts.enumerate() {
            if place > 0 {
                self.count(" ");
                self.show(" ");
            }
            self.count(text);
            if self.wants_more() {
                self.show(&guard.preview(text, &guard.check(text, ask)));
            }
        }
        self
    }

    /// This was said, too.
    pub(super) fn count(&mut self, text: &str) {
        self.bytes = self.bytes.saturating_add(text.len());
        self.digest.update(text.as_bytes());
    }

    /// This may be shown of it, too: what a guard has passed.
    pub(super) fn show(&mut self, passed: &str) {
        if let Some(shown) = self.shown.as_mut() {
            let room = passed.floor_char_boundary(ENOUGH.saturating_sub(shown.len()));
            shown.push_str(passed.get(..room).unwrap_or_default());
        }
    }

    fn wants_more(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.len() < ENOUGH)
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn digest(&self) -> String {
        let digest = self.digest.clone().finalize().into_bytes();
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// What may be shown, looked at once more as a whole: a number may have been cut into several texts.
    pub(super) fn preview(&self, guard: &Guard, ask: &Ask<'_>) -> String {
        let shown = self.shown.as_deref().unwrap_or_default();
        guard.preview(shown, &guard.check(shown, ask))
    }
}
