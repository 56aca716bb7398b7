use crate::Span;

/// The part of a text that can be looked at: all of it, or what a stream has not let go yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    text: &'a str,
    /// Where `text` starts in the whole.
    base: usize,
}

impl<'a> View<'a> {
    /// All of a text.
    pub(crate) fn whole(text: &'a str) -> Self {
        Self { text, base: 0 }
    }

    /// A part of a text that starts at `base` of it. It has to reach [`BEHIND`](Self::BEHIND) bytes back from, and
    /// [`AHEAD`](Self::AHEAD) bytes beyond, what an evaluation is asked about.
    pub(crate) fn part(text: &'a str, base: usize) -> Self {
        Self { text, base }
    }

    /// As far as quote marks, numbers and the ends of words are looked for.
    pub(crate) const AHEAD: usize = 192;
    /// As far back as a context reaches at most, in bytes of the text.
    pub(crate) const BEHIND: usize = 4096;

    /// What stands between two places of the whole; `None` where it is not in sight.
    pub(super) fn slice(self, start: usize, end: usize) -> Option<&'a str> {
        self.text.get(start.checked_sub(self.base)?..end.checked_sub(self.base)?)
    }

    /// At most `limit` bytes before `at`.
    pub(super) fn before(self, at: usize, limit: usize) -> &'a str {
        let end = at.saturating_sub(self.base).min(self.text.len());
        let start = self.text.ceil_char_boundary(end.saturating_sub(limit));
        self.text.get(start..end).unwrap_or_default()
    }

    /// At most `limit` bytes from `at` on.
    pub(super) fn after(self, at: usize, limit: usize) -> &'a str {
        let start = at.saturating_sub(self.base).min(self.text.len());
        let end = self.text.floor_char_boundary(start.saturating_add(limit));
        self.text.get(start..end).unwrap_or_default()
    }

    /// `span`, made larger to the ends of the words that it starts and ends in, by at most [`WIDEST`](Self::WIDEST) bytes.
    pub(crate) fn words(self, span: Span) -> Span {
        let before = self.before(span.start, Self::WIDEST);
        let after = self.after(span.end, Self::WIDEST);
        let left = before.len() - before.trim_end_matches(char::is_alphanumeric).len();
        let right = after.len() - after.trim_start_matches(char::is_alphanumeric).len();
        Span::new(span.start - left, span.end + right)
    }

    const WIDEST: usize = 64;
}
