//! HTTP-date (RFC 9110 §5.6.7), all three forms, exactly as the grammar has them.

use stockade_core::UnixMillis;

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The moment that `text` names. `now` settles the century of a year of two digits.
pub(super) fn parse(text: &str, now: UnixMillis) -> Option<UnixMillis> {
    imf_fixdate(text).or_else(|| rfc_850(text, now)).or_else(|| asctime(text))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn imf_fixdate(text: &str) -> Option<UnixMillis> {
    let (day_name, rest) = text.split_once(", ")?;
    short_day(day_name)?;
    let (date, rest) = rest.split_at_checked(11)?;
    let clock = rest.strip_prefix(' ')?.strip_suffix(" GMT")?;
    let [day, month, year] = three(date, ' ')?;
    moment(digits(year, 4)?, month_number(month)?, digits(day, 2)?, clock)
}

/// `Sunday, 06-Nov-94 08:49:37 GMT`
fn rfc_850(text: &str, now: UnixMillis) -> Option<UnixMillis> {
    let (day_name, rest) = text.split_once(", ")?;
    DAYS.iter().find(|name| **name == day_name)?;
    let (date, rest) = rest.split_at_checked(9)?;
    let clock = rest.strip_prefix(' ')?.strip_suffix(" GMT")?;
    let [day, month, year] = three(date, '-')?;
    let (day, month, year) = (digits(day, 2)?, month_number(month)?, digits(year, 2)?);
    let this_year = year_of(now);
    let candidate = this_year - this_year % 100 + year;
    // A date that seems more than 50 years ahead is the latest in the past that ends so (RFC 9110 §5.6.7).
    let year = if candidate > this_year + 50 { candidate - 100 } else { candidate };
    moment(year, month, day, clock)
}

/// `Sun Nov  6 08:49:37 1994`
fn asctime(text: &str) -> Option<UnixMillis> {
    let (day_name, rest) = text.split_once(' ')?;
    short_day(day_name)?;
    let (month, rest) = rest.split_once(' ')?;
    let (day, rest) = rest.split_at_checked(2)?;
    let (clock, year) = rest.strip_prefix(' ')?.split_once(' ')?;
    let day = match day.strip_prefix(' ') {
        Some(day) => digits(day, 1)?,
        None => digits(day, 2)?,
    };
    moment(digits(year, 4)?, month_number(month)?, day, clock)
}

fn short_day(text: &str) -> Option<()> {
    DAYS.iter().any(|name| name.get(..3) == Some(text)).then_some(())
}

fn month_number(text: &str) -> Option<u64> {
    (1..).zip(MONTHS).find(|(_, name)| *name == text).map(|(number, _)| number)
}

fn three(text: &str, separator: char) -> Option<[&str; 3]> {
    let mut parts = text.split(separator);
    let found = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(found)
}

/// Exactly `count` digits.
fn digits(text: &str, count: usize) -> Option<u64> {
    let plain = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// A day, and `hh:mm:ss` of it. The 60th second is a leap second.
fn moment(year: u64, month: u64, day: u64, clock: &str) -> Option<UnixMillis> {
    let [hour, minute, second] = three(clock, ':')?;
    let (hour, minute, second) = (digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?);
    let exists = (1..=days_in(year, month)).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    if !exists || year < 1970 {
        return None;
    }
    let days = days_before_year(year) + (1..month).map(|m| days_in(year, m)).sum::<u64>() + day - 1;
    Some(UnixMillis::from_secs(((days * 24 + hour) * 60 + minute) * 60 + second))
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the first of `year`, which is not before 1970.
fn days_before_year(year: u64) -> u64 {
    let leap_days = |year: u64| {
        let last = year - 1;
        last / 4 - last / 100 + last / 400
    };
    (year - 1970) * 365 + leap_days(year) - leap_days(1970)
}

/// The Gregorian year of `now`, at most 9999.
fn year_of(now: UnixMillis) -> u64 {
    let days = now.as_secs() / 86_400;
    // 365.2425 days a year: exact but for the days around New Year, which the rule of 50 years does not notice.
    (1970 + days.saturating_mul(10_000) / 3_652_425).min(9999)
}
