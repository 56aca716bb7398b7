//! A notice put into words.

use super::Notice;
use std::fmt;
use stockade_core::Secret;

/// Puts a [`Notice`] into words. [`Texts`](super::Texts) does it in English; implement it for other languages.
pub trait Compose: Send + Sync {
    /// The mail for `notice`. What a person chose, a name for instance, is not trusted: who signs somebody else's address up
    /// must not be able to write to it.
    fn compose(&self, notice: &Notice) -> Mail;
}

/// Subject and text of one mail. Plain, and incapable of more headers: see [`Mail::new`].
#[derive(Clone)]
pub struct Mail {
    subject: String,
    body: Secret<String>,
    link: Option<Secret<String>>,
}

impl Mail {
    /// The most characters of a subject.
    pub const MAX_SUBJECT_CHARS: usize = 200;

    /// The most bytes of a text; no notice needs a tenth of it.
    pub const MAX_BODY_LEN: usize = 16 * 1024;

    /// A mail of this subject, freed of control characters and cut, so that it stays one line of one header; and of this text,
    /// freed of control characters but line feeds, and cut.
    #[must_use]
    pub fn new(subject: &str, body: String) -> Self {
        let plain = |c: &char| !c.is_control();
        let subject = subject.chars().filter(plain).take(Self::MAX_SUBJECT_CHARS).collect();
        let body = Secret::new(body);
        let end = body.expose().floor_char_boundary(Self::MAX_BODY_LEN);
        let kept = body.expose().get(..end).unwrap_or_default();
        let mut text = String::with_capacity(kept.len());
        text.extend(kept.chars().filter(|c| *c == '\n' || plain(c)));
        Self { subject, body: Secret::new(text), link: None }
    }

    /// Says which address in the text brings the token back, for an [`Outbox`](super::Outbox) that programs read.
    #[must_use]
    pub fn with_link(mut self, link: Secret<String>) -> Self {
        self.link = Some(link);
        self
    }

    /// The subject: one line.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The text, which may hold a token.
    #[must_use]
    pub fn body(&self) -> &Secret<String> {
        &self.body
    }

    /// The address in the text that brings the token back.
    #[must_use]
    pub fn link(&self) -> Option<&Secret<String>> {
        self.link.as_ref()
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("subject", &self.subject).finish_non_exhaustive()
    }
}
