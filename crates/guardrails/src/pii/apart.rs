//! What stands glued to something else that is taken out.

use crate::view::PART;
use crate::{Found, Span};

/// `text` with [`PART`] in place of what was found glued to something else, if anything was.
pub(super) fn apart(text: &str, found: &[Found]) -> Option<String> {
    let glued = |at: Option<usize>| {
        let byte = at.and_then(|at| text.as_bytes().get(at));
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+'))
    };
    let mut spans: Vec<Span> = found.iter().map(|one| one.span).collect();
    spans.retain(|span| glued(span.start.checked_sub(1)) || glued(Some(span.end)));
    spans.sort_unstable();
    let (mut rest, mut done) = (String::new(), 0);
    for span in &spans {
        rest.push_str(text.get(done..span.start.max(done)).unwrap_or_default());
        let end = span.end.max(done);
        rest.extend(std::iter::repeat_n(PART, end - rest.len()));
        done = end;
    }
    rest.push_str(text.get(done..).unwrap_or_default());
    (!spans.is_empty()).then_some(rest)
}
