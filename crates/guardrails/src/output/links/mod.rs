//! URLs, in whatever spelling of Markdown or HTML they come.

mod data;
pub(super) mod entities;
mod hosts;
mod judge;
#[cfg(test)]
mod tests;
mod walk;

pub use hosts::{AllowedHosts, HostError};

use super::Scan;
use crate::Span;
use std::sync::Arc;
use walk::Walk;

/// URLs that carry something away.
///
/// Renderers differ in what they take for Markdown, and so this reader does not parse it: it looks at every place where some renderer
/// could see a URL, and in doubt takes a link for an image. What it finds is the URL; without it nothing is fetched.
///
/// A word is read on where it was left, however it comes in pieces, and at most [`walk::MAX_URL`] bytes of it wait for what follows.
pub(super) struct LinkScan {
    wanted: Wanted,
    hosts: Arc<AllowedHosts>,
    walk: Walk,
    /// The text begins inside of a word,
    inside: bool,
    /// of which so much has been read,
    walked: usize,
    /// and so much is known to hold no white space.
    unbroken: usize,
}

/// Which URLs are found, of those to hosts that are not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All that are fetched.
    Fetched,
    /// Those that wait for a click and look as if something was put into them.
    Clicked,
    /// All that wait for a click.
    AnyClicked,
}

impl LinkScan {
    pub(super) fn new(wanted: Wanted, hosts: Arc<AllowedHosts>) -> Self {
        Self { wanted, hosts, walk: Walk::default(), inside: false, walked: 0, unbroken: 0 }
    }

    /// How much of `text` is white space and words that change nothing.
    fn between(&mut self, text: &str) -> usize {
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            // One space before a word ends no line.
            if let Some(word) =
                rest.strip_prefix(' ').filter(|word| word.starts_with(|c: char| c.is_ascii_graphic()))
            {
                at += rest.len() - word.len();
                continue;
            }
            if rest.starts_with(|c: char| c.is_ascii_graphic())
                && let Some(length) = self.walk.idle(rest)
            {
                at += length;
                continue;
            }
            let gap = rest.find(|c: char| !is_space(c)).unwrap_or(rest.len());
            if gap == 0 {
                break;
            }
            self.walk.space(rest.get(..gap).unwrap_or_default());
            at += gap;
        }
        at
    }
}

impl Scan for LinkScan {
    fn scan(&mut self, text: &str, last: bool, found: &mut Vec<Span>) -> usize {
        // The word at hand, how far it was read, and up to where there is no white space in it.
        let (mut start, mut at, mut unbroken) = (0, self.walked, self.unbroken);
        (self.walked, self.unbroken) = (0, 0);
        loop {
            if !self.inside {
                start += self.between(text.get(start..).unwrap_or_default());
                if start == text.len() {
                    return start;
                }
                (self.inside, at, unbroken) = (true, start, start);
                self.walk.begin();
            }
            let end = text.get(unbroken..).and_then(|rest| rest.find(is_space)).map(|end| unbroken + end);
            let over = end.is_some() || last;
            let end = end.unwrap_or(text.len());
            let word = text.get(start..end).unwrap_or_default();
            let (wanted, hosts) = (self.wanted, &*self.hosts);
            let read = self.walk.word(word, at - start, over, |url| {
                let spelled = word.get(url.span.range()).unwrap_or_default();
                if judge::carries_away(spelled, &url, wanted, hosts) {
                    found.push(Span::new(start + url.span.start, start + url.span.end));
                }
            });
            if over {
                (start, self.inside) = (end, false);
                continue;
            }
            // Letters that were read may still become the scheme of a URL.
            let kept = text.floor_char_boundary(start + read.saturating_sub(walk::LONGEST_SCHEME));
            (self.walked, self.unbroken) = (start + read - kept, end - kept);
            self.walk.forget(kept - start);
            return kept;
        }
    }
}

/// ASCII white space and what Unicode calls so: no URL goes on behind it.
fn is_space(c: char) -> bool {
    c.is_whitespace()
}
