//! Which tags do something.

/// Elements that run, frame, load, ask for input or restyle the page. A link or an image alone is left to the detectors of URLs.
const ACTIVE: [&str; 33] = [
    "animate",
    "applet",
    "audio",
    "base",
    "body",
    "button",
    "dialog",
    "embed",
    "foreignobject",
    "form",
    "frame",
    "frameset",
    "head",
    "html",
    "iframe",
    "input",
    "isindex",
    "keygen",
    "link",
    "marquee",
    "math",
    "meta",
    "noscript",
    "object",
    "portal",
    "script",
    "select",
    "set",
    "style",
    "svg",
    "template",
    "textarea",
    "xml",
];

/// Attributes whose value is run or framed, whatever the element.
const ACTIVE_ATTRIBUTES: [&str; 4] = ["srcdoc", "formaction", "style", "is"];

/// Schemes that run their URL.
const ACTIVE_SCHEMES: [&str; 3] = ["javascript:", "vbscript:", "data:"];

/// Whether `tag`, from its `<` on, does something.
pub(super) fn is_active(tag: &str) -> bool {
    let inside = tag.trim_start_matches(['<', '/']);
    let ends = |c: char| c.is_ascii_whitespace() || c.is_ascii_control() || matches!(c, '/' | '>');
    let (name, attributes) = inside.split_at(inside.find(ends).unwrap_or(inside.len()));
    // `svg:script` is one in XHTML.
    let local = name.rsplit(':').next().unwrap_or(name);
    if ACTIVE.iter().any(|active| local.eq_ignore_ascii_case(active)) {
        return true;
    }
    !attributes.is_empty() && (has_active_attribute(attributes) || has_active_scheme(attributes))
}

/// An attribute `on…` or one of the list: a name before `=`, whatever stands around it.
fn has_active_attribute(attributes: &str) -> bool {
    let parts: Vec<&str> = attributes.split('=').collect();
    let (_, before) = parts.split_last().unwrap_or((&"", &[]));
    before.iter().any(|part| {
        let part = part.trim_end_matches(|c: char| c.is_ascii_whitespace() || c.is_ascii_control());
        let begins = part.rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':')));
        let name = part.get(begins.map_or(0, |at| at + 1)..).unwrap_or(part);
        let name = name.rsplit(':').next().unwrap_or(name);
        let handler = name.len() > 3 && name.get(..2).is_some_and(|on| on.eq_ignore_ascii_case("on"));
        handler || ACTIVE_ATTRIBUTES.iter().any(|active| name.eq_ignore_ascii_case(active))
    })
}

/// A scheme that runs something, with whatever a browser skips in it.
fn has_active_scheme(attributes: &str) -> bool {
    let decoded = super::super::links::entities::decode(attributes);
    let plain: String = decoded
        .chars()
        .filter(|c| !c.is_ascii_control() && !c.is_ascii_whitespace())
        .map(|c| c.to_ascii_lowercase())
        .collect();
    ACTIVE_SCHEMES.iter().any(|scheme| {
        plain.match_indices(scheme).any(|(at, _)| {
            let before = plain.get(..at).and_then(|before| before.chars().next_back());
            before.is_none_or(|before| matches!(before, '=' | '"' | '\'' | '(' | ';' | '`'))
        })
    })
}
