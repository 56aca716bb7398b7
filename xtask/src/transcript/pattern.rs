//! Comparing what was printed with what is shown.

/// Stands for what differs from run to run.
const ANY: char = '…';

/// Whether `printed` is what `shown` shows: line by line, where `…` in a line is any text, and a line of `…` alone is any
/// number of lines. White space at a line's end does not count.
pub(super) fn matches(shown: &[String], printed: &[String]) -> bool {
    let is_any = |line: &String| line.trim().chars().eq([ANY]);
    wild(shown, printed, is_any, |shown, printed| line_matches(shown.trim_end(), printed.trim_end()))
}

fn line_matches(shown: &str, printed: &str) -> bool {
    let (shown, printed): (Vec<_>, Vec<_>) = (shown.chars().collect(), printed.chars().collect());
    wild(&shown, &printed, |c| *c == ANY, |a, b| a == b)
}

/// Matching with a wildcard for any run of items. On a mismatch only the last wildcard is tried again, one item longer: what
/// an earlier one could give, it can take itself. Time at most the product of the lengths.
fn wild<S, P>(
    shown: &[S],
    printed: &[P],
    is_any: impl Fn(&S) -> bool,
    same: impl Fn(&S, &P) -> bool,
) -> bool {
    let (mut s, mut p) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while p < printed.len() {
        match shown.get(s) {
            Some(item) if is_any(item) => {
                s += 1;
                retry = Some((s, p));
            }
            Some(item) if same(item, &printed[p]) => {
                s += 1;
                p += 1;
            }
            _ => match &mut retry {
                Some((after, from)) => {
                    *from += 1;
                    (s, p) = (*after, *from);
                }
                None => return false,
            },
        }
    }
    shown[s..].iter().all(is_any)
}
