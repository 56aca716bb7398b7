//! The stored form of an event.

use std::borrow::Cow;
use stockade_core::{ClientInfo, Detail, Event, Resource, StoreError, UnixMillis};

/// An event made fit for storage: every text bounded and on one line, with the JSON that is stored.
///
/// The constructors of [`Event`] keep to these bounds already; its fields are public, so a store does not rely on that. What
/// exceeds a bound is cut, not refused: half of an attacker's text is better evidence than none.
///
/// The body is one line of UTF-8 JSON without spaces, fields in the order of [`Event`], details sorted by key: the same event
/// always gives the same bytes. Stores keep these bytes as they are, so that evidence can later be computed over them.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    event: Event,
    body: String,
}

impl Entry {
    /// The most bytes of a body; a full event (every field at its bound, four bytes a character) takes less.
    pub const MAX_BODY: usize = 32 * 1024;

    /// The most characters kept of an event's reason.
    pub const MAX_REASON: usize = 256;

    /// The most characters kept of a detail's key.
    pub const MAX_KEY: usize = 64;

    /// The latest time that is stored: what a signed 64-bit column holds.
    pub const MAX_TIME: UnixMillis = UnixMillis::from_millis(i64::MAX.cast_unsigned());

    /// Cuts `event` to the bounds and writes its body.
    ///
    /// # Errors
    /// The event cannot be written as JSON, which no event of this version causes.
    pub fn new(mut event: Event) -> Result<Self, StoreError> {
        bound(&mut event);
        let body = serde_json::to_string(&event).map_err(StoreError::corrupt)?;
        Ok(Self { event, body })
    }

    /// Reads the event of a stored body.
    ///
    /// # Errors
    /// [`Corrupt`](stockade_core::StoreErrorKind::Corrupt): the body is longer than [`MAX_BODY`](Self::MAX_BODY) or is no event.
    pub fn read(body: &str) -> Result<Event, StoreError> {
        if body.len() > Self::MAX_BODY {
            return Err(StoreError::corrupt("a stored event is longer than any event"));
        }
        serde_json::from_str(body).map_err(StoreError::corrupt)
    }

    /// The event, within the bounds.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The JSON to store.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The event alone.
    #[must_use]
    pub fn into_event(self) -> Event {
        self.event
    }
}

fn bound(event: &mut Event) {
    event.at = event.at.min(Entry::MAX_TIME);
    if let Some(reason) = &mut event.reason {
        bound_cow(reason, Entry::MAX_REASON);
    }
    if let Some(agent) = &mut event.client.user_agent {
        bound_text(agent, ClientInfo::MAX_USER_AGENT);
    }
    if let Some(resource) = &mut event.resource {
        bound_text(&mut resource.kind, Resource::MAX_TEXT);
        bound_text(&mut resource.id, Resource::MAX_TEXT);
    }
    let fits = event.details.len() <= Event::MAX_DETAILS + 1
        && event.details.iter().all(|(key, detail)| is_fit(key, Entry::MAX_KEY) && detail_is_fit(detail));
    if !fits {
        let details = std::mem::take(&mut event.details);
        let dropped = details.len() > Event::MAX_DETAILS;
        event.details = details.into_iter().take(Event::MAX_DETAILS).map(bound_detail).collect();
        if dropped {
            event.details.insert(Cow::Borrowed("details_dropped"), Detail::Flag(true));
        }
    }
}

fn detail_is_fit(detail: &Detail) -> bool {
    match detail {
        Detail::Text(text) => is_fit(text, Detail::MAX_TEXT),
        _ => true,
    }
}

fn bound_detail((mut key, mut detail): (Cow<'static, str>, Detail)) -> (Cow<'static, str>, Detail) {
    bound_cow(&mut key, Entry::MAX_KEY);
    if let Detail::Text(text) = &mut detail {
        bound_text(text, Detail::MAX_TEXT);
    }
    (key, detail)
}

fn bound_cow(text: &mut Cow<'static, str>, max: usize) {
    if !is_fit(text, max) {
        *text = Cow::Owned(cut(text, max));
    }
}

fn bound_text(text: &mut String, max: usize) {
    if !is_fit(text, max) {
        *text = cut(text, max);
    }
}

/// Short texts of plain ASCII, nearly all there are, need no second look.
fn is_fit(text: &str, max: usize) -> bool {
    text.len() <= max && text.bytes().all(|b| b == b' ' || b.is_ascii_graphic())
}

pub(crate) fn cut(text: &str, max: usize) -> String {
    text.chars().filter(|&c| stays_in_line(c)).take(max).collect()
}

/// JSON escapes only the ASCII controls. Viewers also break lines at U+2028 and U+2029, and bidirectional controls make a line
/// read otherwise than it is written.
fn stays_in_line(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests;
