//! A JSON object, and nothing that could pass for one.

/// Reads an object. Derived readers also take the members of a struct from an array, in the order of our source: another reader
/// of the same bytes would see no header and no key in them.
pub(super) fn from_object<'a, T: serde::Deserialize<'a>>(json: &'a [u8]) -> Option<T> {
    if !json.trim_ascii_start().starts_with(b"{") {
        return None;
    }
    serde_json::from_slice(json).ok()
}
