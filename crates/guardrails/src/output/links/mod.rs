//! URLs, in whatever spelling of Markdown or HTML they come.

mod data;
pub(super) mod entities;
mod hosts;
mod judge;
mod walk;

pub use hosts::{AllowedHosts, HostError};
pub(super) use judge::Place;

use super::Scan;
use crate::Span;
use std::sync::Arc;
use walk::Walk;

/// URLs that carry something away.
///
/// Renderers differ in what they take for Markdown, and so this reader does not parse it: it looks at every place where some renderer
/// could see a URL, and in doubt takes a link for an image. What it finds is the URL; without it nothing is fetched.
pub(super) struct LinkScan {
    place: Place,
    hosts: Arc<AllowedHosts>,
    walk: Walk,
}

impl LinkScan {
    pub(super) fn new(place: Place, hosts: Arc<AllowedHosts>) -> Self {
        Self { place, hosts, walk: Walk::default() }
    }
}

impl Scan for LinkScan {
    fn scan(&mut self, text: &str, last: bool, found: &mut Vec<Span>) -> usize {
        let mut at = 0;
        // Word by word: what a URL is, and where, can be told when its word is over.
        while let Some(word) = text.get(at..).filter(|rest| !rest.is_empty()) {
            // One space before a word ends no line.
            if let Some(rest) =
                word.strip_prefix(' ').filter(|rest| rest.starts_with(|c: char| c.is_ascii_graphic()))
            {
                at += word.len() - rest.len();
                continue;
            }
            if word.starts_with(|c: char| c.is_ascii_graphic())
                && let Some(length) = self.walk.idle(word)
            {
                at += length;
                continue;
            }
            let gap = word.find(|c: char| !is_space(c)).unwrap_or(word.len());
            if gap > 0 {
                let space = word.get(..gap).unwrap_or_default();
                self.walk.space(space);
                at += gap;
                continue;
            }
            let end = word.find(is_space);
            if end.is_none() && !last {
                // Of a word of letters only its end can become part of a URL.
                let plain = self.walk.is_at_rest() && word.chars().all(char::is_alphanumeric);
                let kept = word.char_indices().rev().nth(walk::LONGEST_SCHEME).map_or(0, |(kept, _)| kept);
                return if plain { at + kept } else { at };
            }
            let word = word.get(..end.unwrap_or(word.len())).unwrap_or_default();
            let (place, hosts) = (self.place, &*self.hosts);
            self.walk.word(word, |url| {
                let spelled = word.get(url.span.range()).unwrap_or_default();
                if url.place == place && judge::carries_away(spelled, &url, hosts) {
                    found.push(Span::new(at + url.span.start, at + url.span.end));
                }
            });
            at += word.len();
        }
        text.len()
    }
}

/// ASCII white space and what Unicode calls so: no URL goes on behind it.
fn is_space(c: char) -> bool {
    c.is_whitespace()
}
