//! The `Range` header (RFC 9110 §14), as far as one range goes.

use axum::http::HeaderMap;
use axum::http::header::{IF_RANGE, RANGE};

/// Which bytes of a representation were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Wanted {
    /// All of them: no range, one in a unit that we do not know, several at once, or one under a condition. A server may always
    /// answer a range with the whole; that several at once are not served keeps small requests from growing into large answers.
    Whole,
    /// These, both ends included; they are there.
    Part { first: u64, last: u64 },
    /// None that are there, or nonsense.
    Unsatisfiable,
}

impl Wanted {
    /// What `headers` ask of `len` bytes.
    pub(crate) fn of(headers: &HeaderMap, len: u64) -> Self {
        let mut ranges = headers.get_all(RANGE).iter();
        let (Some(only), None) = (ranges.next(), ranges.next()) else { return Self::Whole };
        // An image never changes and has no validator, so that no condition can hold.
        if headers.contains_key(IF_RANGE) {
            return Self::Whole;
        }
        let Ok(text) = only.to_str() else { return Self::Unsatisfiable };
        let Some((unit, set)) = text.split_once('=') else { return Self::Unsatisfiable };
        if !unit.trim().eq_ignore_ascii_case("bytes") || set.contains(',') {
            return Self::Whole;
        }
        part(set.trim(), len).unwrap_or(Self::Unsatisfiable)
    }

    /// First byte and number of bytes.
    pub(crate) fn span(self, len: u64) -> Option<(u64, u64)> {
        match self {
            Self::Whole => Some((0, len)),
            Self::Part { first, last } => Some((first, last - first + 1)),
            Self::Unsatisfiable => None,
        }
    }
}

fn part(range: &str, len: u64) -> Option<Wanted> {
    let (first, last) = range.split_once('-')?;
    let end = len.checked_sub(1)?;
    let (first, last) = match (first, last) {
        ("", suffix) => (len.saturating_sub(Some(number(suffix)?).filter(|count| *count > 0)?), end),
        (first, "") => (number(first)?, end),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first, if first <= last { last.min(end) } else { return None })
        }
    };
    (first <= last).then_some(Wanted::Part { first, last })
}

/// Digits and nothing else; more of them than a file can be long stand for the end of all files.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(range: &str, len: u64) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, range.parse().unwrap());
        Wanted::of(&headers, len)
    }

    fn bytes(first: u64, last: u64) -> Wanted {
        Wanted::Part { first, last }
    }

    #[test]
    fn one_range_is_cut_to_what_is_there() {
        assert_eq!(wanted("bytes=0-0", 10), bytes(0, 0));
        assert_eq!(wanted("bytes=0-99", 10), bytes(0, 9));
        assert_eq!(wanted("bytes=9-", 10), bytes(9, 9));
        assert_eq!(wanted("bytes=-3", 10), bytes(7, 9));
        assert_eq!(wanted("bytes=-99", 10), bytes(0, 9));
        assert_eq!(wanted("Bytes= 2-4 ", 10), bytes(2, 4));
        assert_eq!(wanted("bytes=5-99999999999999999999999", 10), bytes(5, 9));
        assert_eq!(bytes(2, 4).span(10), Some((2, 3)));
    }

    #[test]
    fn what_cannot_be_served_is_unsatisfiable() {
        let nonsense = [
            "bytes=10-",
            "bytes=-0",
            "bytes=",
            "bytes=-",
            "bytes",
            "bytes=4-2",
            "bytes=a-b",
            "bytes=+1-2",
            "bytes=1-2-3",
        ];
        for range in nonsense.iter().chain(&["bytes=99999999999999999999999-"]) {
            assert_eq!(wanted(range, 10), Wanted::Unsatisfiable, "{range}");
        }
        assert_eq!(wanted("bytes=0-", 0), Wanted::Unsatisfiable);
        assert_eq!(wanted("bytes=-1", 0), Wanted::Unsatisfiable);
    }

    #[test]
    fn flood_many_ranges_at_once_are_the_whole() {
        assert_eq!(wanted("bytes=0-1,3-4", 10), Wanted::Whole);
        assert_eq!(wanted(&format!("bytes={}", "0-,".repeat(1000)), 10), Wanted::Whole);
        assert_eq!(wanted("lines=1-2", 10), Wanted::Whole);
        let mut headers = HeaderMap::new();
        headers.append(RANGE, "bytes=0-1".parse().unwrap());
        headers.append(RANGE, "bytes=2-3".parse().unwrap());
        assert_eq!(Wanted::of(&headers, 10), Wanted::Whole);
        headers.remove(RANGE);
        assert_eq!(Wanted::of(&headers, 10), Wanted::Whole);
    }

    #[test]
    fn a_condition_never_holds() {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, "bytes=0-1".parse().unwrap());
        headers.insert(IF_RANGE, "\"tag\"".parse().unwrap());
        assert_eq!(Wanted::of(&headers, 10), Wanted::Whole);
    }
}
