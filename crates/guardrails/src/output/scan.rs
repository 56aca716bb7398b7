//! The common shape of all detectors of this room.

use super::html::HtmlScan;
use super::links::{AllowedHosts, LinkScan, Wanted};
use super::terminal::{AnsiScan, ControlScan};
use super::unseen::{BidiScan, InvisibleScan};
use crate::Span;
use std::sync::Arc;

/// A reader of text that comes in pieces.
pub(crate) trait Scan: Send {
    /// Reads `text`, which begins where the last reading said that it has to. Where more may follow (`last` is false) what depends on
    /// that is left for the next time. Spans are told with `text` as their origin, in order.
    ///
    /// Returns up to where everything is decided: always a character boundary, and all of `text` if it is the last.
    fn scan(&mut self, text: &str, last: bool, found: &mut Vec<Span>) -> usize;
}

/// A detector by name.
#[derive(Debug, Clone)]
pub(crate) struct OutputDetector {
    kind: Kind,
    hosts: Arc<AllowedHosts>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    MarkdownImage,
    MarkdownLink,
    LinkAny,
    Html,
    HtmlAny,
    Ansi,
    Control,
    Invisible,
    Bidi,
}

const KINDS: [(&str, Kind); 9] = [
    ("markdown-image", Kind::MarkdownImage),
    ("markdown-link", Kind::MarkdownLink),
    ("link-any", Kind::LinkAny),
    ("html", Kind::Html),
    ("html-any", Kind::HtmlAny),
    ("ansi", Kind::Ansi),
    ("control", Kind::Control),
    ("invisible", Kind::Invisible),
    ("bidi", Kind::Bidi),
];

impl OutputDetector {
    /// The names of all.
    #[cfg(test)]
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|(name, _)| *name)
    }

    /// The one of this name, which lets URLs of `hosts` be.
    pub(crate) fn named(name: &str, hosts: &Arc<AllowedHosts>) -> Option<Self> {
        let (_, kind) = KINDS.iter().find(|(known, _)| *known == name)?;
        Some(Self { kind: *kind, hosts: Arc::clone(hosts) })
    }

    /// Its name.
    #[cfg(test)]
    pub(crate) fn name(&self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self.kind).map_or("", |(name, _)| name)
    }

    /// A reader at the start of a text.
    pub(crate) fn scanner(&self) -> Box<dyn Scan> {
        match self.kind {
            Kind::MarkdownImage => Box::new(LinkScan::new(Wanted::Fetched, Arc::clone(&self.hosts))),
            Kind::MarkdownLink => Box::new(LinkScan::new(Wanted::Clicked, Arc::clone(&self.hosts))),
            Kind::LinkAny => Box::new(LinkScan::new(Wanted::AnyClicked, Arc::clone(&self.hosts))),
            Kind::Html => Box::new(HtmlScan::active()),
            Kind::HtmlAny => Box::new(HtmlScan::any()),
            Kind::Ansi => Box::new(AnsiScan),
            Kind::Control => Box::new(ControlScan),
            Kind::Invisible => Box::new(InvisibleScan::default()),
            Kind::Bidi => Box::new(BidiScan),
        }
    }

    /// Everything in a whole text.
    pub(crate) fn find(&self, text: &str, found: &mut Vec<Span>) {
        let _ = self.scanner().scan(text, true, found);
    }
}
