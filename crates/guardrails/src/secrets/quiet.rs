//! Stretches of prose: what stands on either side of one has nothing to do with each other.

/// So many characters of prose on end. A guard over a stream lets go of what stands before them, and has to find the same.
const STRETCH: usize = 64;

fn is_prose(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0x80 || b" \n\t\r.,;!?'\"()*`".contains(&byte)
}

/// Where the first stretch of prose in `bytes` starts.
pub(super) fn first(bytes: &[u8]) -> Option<usize> {
    let mut run = 0;
    bytes
        .iter()
        .position(|byte| {
            run = if is_prose(*byte) { run + 1 } else { 0 };
            run == STRETCH
        })
        .map(|last| last + 1 - STRETCH)
}

/// Where the last stretch of prose in `bytes` ends.
pub(super) fn last(bytes: &[u8]) -> Option<usize> {
    let mut run = 0;
    bytes
        .iter()
        .rposition(|byte| {
            run = if is_prose(*byte) { run + 1 } else { 0 };
            run == STRETCH
        })
        .map(|first| first + STRETCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_of_prose_are_seen_from_both_ends() {
        let text = format!("k: v {} a: b {} c=d", "x".repeat(70), "y".repeat(70));
        let (first, last) = (first(text.as_bytes()).unwrap(), last(text.as_bytes()).unwrap());
        assert_eq!((&text[..first], &text[last..]), ("k:", "=d"));
        assert_eq!(super::first(b"k: v"), None);
    }
}
