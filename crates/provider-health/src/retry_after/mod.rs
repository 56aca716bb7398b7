//! `Retry-After` (RFC 9110 §10.2.3): a number of seconds, or a date in one of three forms.

mod date;
#[cfg(test)]
mod tests;

use std::time::Duration;
use stockade_core::UnixMillis;

/// The longest text that is read: the longest date (RFC 850, a Wednesday) has 33 bytes.
const MAX_LEN: usize = 64;

/// For how long the sender of `text` asks to be left alone, counted from `now`.
///
/// Read are delta-seconds and the three forms of HTTP-date (RFC 9110 §5.6.7). A date in the past is zero. Whatever else it
/// says, or more than 64 bytes of it, is `None`: the caller then waits for its own default. Nothing is believed without a cap:
/// [`Outcome::Throttled`](crate::Outcome::Throttled) takes the result, and [`Config::throttle_at_most`](crate::Config) bounds it.
///
/// ```
/// use stockade_core::UnixMillis;
/// use stockade_provider_health::retry_after;
/// use std::time::Duration;
/// let now = UnixMillis::from_secs(784_111_757);
/// assert_eq!(retry_after("120", now), Some(Duration::from_secs(120)));
/// assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), Some(Duration::from_secs(20)));
/// assert_eq!(retry_after("soon", now), None);
/// ```
#[must_use]
pub fn retry_after(text: &str, now: UnixMillis) -> Option<Duration> {
    if text.len() > MAX_LEN {
        return None;
    }
    let text = text.trim_matches([' ', '\t']);
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::from_secs(text.bytes().fold(0_u64, |seconds, digit| {
            seconds.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
        })));
    }
    date::parse(text, now).map(|then| then.since(now))
}
