//! What an upstream may write there.

use super::*;
use proptest::prelude::*;

/// The example of RFC 9110 §5.6.7.
const EXAMPLE: UnixMillis = UnixMillis::from_secs(784_111_777);

fn seconds(text: &str, now: UnixMillis) -> Option<u64> {
    retry_after(text, now).map(|wait| wait.as_secs())
}

#[test]
fn all_forms_of_the_same_moment() {
    let now = EXAMPLE.minus(Duration::from_secs(90));
    for text in [
        "90",
        " 90\t",
        "000090",
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ] {
        assert_eq!(seconds(text, now), Some(90), "{text}");
    }
    assert_eq!(seconds("Sun Nov 13 08:49:37 1994", EXAMPLE), Some(7 * 86_400));
}

#[test]
fn a_date_in_the_past_is_no_wait() {
    assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT", UnixMillis::from_secs(1_800_000_000)), Some(0));
    // Fifty years ahead of 2027 at most: 94 is 1994.
    assert_eq!(seconds("Sunday, 06-Nov-94 08:49:37 GMT", UnixMillis::from_secs(1_800_000_000)), Some(0));
}

#[test]
fn clock_jump_a_wall_clock_at_either_end_of_time_is_no_panic() {
    for now in [UnixMillis::default(), UnixMillis::from_millis(u64::MAX)] {
        for text in
            ["Sunday, 06-Nov-94 08:49:37 GMT", "Fri, 31 Dec 9999 23:59:60 GMT", "99999999999999999999"]
        {
            assert!(retry_after(text, now).is_some(), "{text}");
        }
    }
}

#[test]
fn asvs_v2_2_1_what_is_no_form_is_not_guessed_at() {
    for hostile in [
        "",
        " ",
        "-1",
        "+1",
        "1.5",
        "1e9",
        "0x10",
        "1 2",
        "１２",
        "soon",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 CET",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 29 Feb 2100 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Xxx, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1969 08:49:37 GMT",
        "Sun, 06 Növ 1994 08:49:37 GMT",
        "1994-11-06T08:49:37Z",
    ] {
        assert_eq!(retry_after(hostile, EXAMPLE), None, "{hostile}");
    }
    assert_eq!(retry_after(&"1".repeat(65), EXAMPLE), None);
    assert_eq!(retry_after(&"9".repeat(64), EXAMPLE), Some(Duration::from_secs(u64::MAX)));
}

/// The day after `(year, month, day)`: a calendar that only knows how to count on.
fn next_day((year, month, day): (u64, u64, u64)) -> (u64, u64, u64) {
    let leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
    let last = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month as usize - 1];
    match (day == last, month == 12) {
        (false, _) => (year, month, day + 1),
        (true, false) => (year, month + 1, 1),
        (true, true) => (year + 1, 1, 1),
    }
}

#[test]
fn every_day_of_five_centuries_is_where_counting_puts_it() {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut date = (1970, 1, 1);
    for day_number in 0..(500 * 365) {
        let (year, month, day) = date;
        let text = format!("Mon, {day:02} {} {year:04} 00:00:01 GMT", months[month as usize - 1]);
        assert_eq!(seconds(&text, UnixMillis::default()), Some(day_number * 86_400 + 1), "{text}");
        date = next_day(date);
    }
}

proptest! {
    #[test]
    fn no_text_panics_and_only_digits_are_seconds(text in ".{0,80}", now: u64) {
        let read = retry_after(&text, UnixMillis::from_millis(now));
        if let Ok(number) = text.parse::<u64>() && !text.starts_with('+') {
            prop_assert_eq!(read, Some(Duration::from_secs(number)));
        }
    }

    #[test]
    fn near_misses_of_a_date_do_not_panic(
        text in "(Sun|Sunday|Thu|S)[, ]{1,2}[0-9 ]{1,3}[- ](Nov|Feb|é)[- ][0-9]{1,5} [0-9:]{5,9}( GMT)?",
        now: u64,
    ) {
        let _ = retry_after(&text, UnixMillis::from_millis(now));
    }

    #[test]
    fn a_round_trip_through_all_three_forms(day in 1_u64..=28, month in 0_usize..12, year in 2020_u64..2060, s in 0_u64..86_400) {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let (m, clock) = (months[month], format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60));
        let now = UnixMillis::from_secs(1_600_000_000);
        let forms = [
            format!("Tue, {day:02} {m} {year} {clock} GMT"),
            format!("Tuesday, {day:02}-{m}-{:02} {clock} GMT", year % 100),
            format!("Tue {m} {day:2} {clock} {year}"),
        ];
        let read = forms.each_ref().map(|form| retry_after(form, now));
        prop_assert!(read[0].is_some());
        prop_assert_eq!([read[0]; 3], read);
    }
}
