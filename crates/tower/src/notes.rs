//! What inner layers tell the audit layer.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use stockade_core::Principal;

/// A slip of paper that the audit layer pins to a request, on which whoever learns it writes who asks and why it was refused.
///
/// The audit layer stands outside authentication, since it must see what authentication refuses; yet it has to name the caller.
/// So it puts this handle into the request's extensions and keeps another one. A handle outlives a panic, a cancelled request
/// and a response that was replaced on its way out, which a note in the response's extensions would not. Clones are handles to the same
/// slip; each line can be written once, so that no inner layer overwrites what an outer one has established.
#[derive(Debug, Clone, Default)]
pub struct AuditNotes(Arc<Slip>);

#[derive(Debug, Default)]
struct Slip {
    principal: OnceLock<Principal>,
    reason: OnceLock<Cow<'static, str>>,
}

impl AuditNotes {
    /// A blank slip.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes who asks, unless somebody has.
    pub fn note_principal(&self, principal: &Principal) {
        if self.principal().is_none() {
            let _ = self.0.principal.set(principal.clone());
        }
    }

    /// Writes a stable code for why the request is refused, unless somebody has.
    pub fn note_reason(&self, reason: impl Into<Cow<'static, str>>) {
        let _ = self.0.reason.set(reason.into());
    }

    /// Who asks, if it is known.
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        self.0.principal.get()
    }

    /// Why it was refused, if it was.
    #[must_use]
    pub fn reason(&self) -> Option<Cow<'static, str>> {
        self.0.reason.get().cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_written_once() {
        let notes = AuditNotes::new();
        let inner = notes.clone();
        inner.note_principal(&Principal::user("alice".parse().unwrap()));
        inner.note_principal(&Principal::user("mallory".parse().unwrap()));
        inner.note_reason("not_granted");
        inner.note_reason("nothing_to_see");
        assert_eq!(notes.principal().unwrap().subject().as_str(), "alice");
        assert_eq!(notes.reason().as_deref(), Some("not_granted"));
    }
}
