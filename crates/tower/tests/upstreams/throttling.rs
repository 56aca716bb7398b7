//! 429 with each form of `Retry-After`.

use crate::client::{GOOD, Setup, text};
use crate::faulty::Manner;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use stockade_provider_health::Phase;

/// `then` as the three forms of RFC 9110 §5.6.7.
fn dates(then: SystemTime) -> [String; 3] {
    let seconds = then.duration_since(UNIX_EPOCH).unwrap().as_secs();
    let (days, clock) = (seconds / 86_400, seconds % 86_400);
    let time = format!("{:02}:{:02}:{:02}", clock / 3600, clock / 60 % 60, clock % 60);
    let weekday =
        ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"][(days % 7) as usize];
    let (year, month, day) = civil(days as i64);
    let month =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1];
    let short = &weekday[..3];
    [
        format!("{short}, {day:02} {month} {year} {time} GMT"),
        format!("{weekday}, {day:02}-{month}-{:02} {time} GMT", year % 100),
        format!("{short} {month} {day:2} {time} {year}"),
    ]
}

/// Days since 1970 as a date of the proleptic Gregorian calendar, by counting.
fn civil(mut days: i64) -> (i64, usize, i64) {
    let mut year = 1970;
    loop {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let february = if leap { 29 } else { 28 };
        for (month, length) in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].into_iter().enumerate()
        {
            if days < length {
                return (year, month + 1, days + 1);
            }
            days -= length;
        }
        year += 1;
    }
}

#[tokio::test]
async fn each_form_of_retry_after_is_heeded_and_the_provider_is_not_unhealthy() {
    let mut forms = vec!["120".to_owned()];
    forms.extend(dates(SystemTime::now() + Duration::from_secs(120)));
    for form in forms {
        let headers = format!("retry-after: {form}\r\n");
        let setup = Setup::of([Manner::answers("429 Too Many Requests", &headers, ""), Manner::good()]).await;
        assert_eq!(
            text(setup.post().await.unwrap()).await,
            GOOD,
            "{form}: nothing was done, so even a POST moves on"
        );
        let status = setup.provider(0).status();
        let wait = status.cooling_for.expect("it cools down");
        // A fifth of jitter on top; a date has whole seconds, and the test takes its time.
        assert!((Duration::from_secs(100)..=Duration::from_secs(145)).contains(&wait), "{form}: {wait:?}");
        assert_eq!(
            (status.state.phase, setup.stats(0).failures, setup.stats(0).throttled),
            (Phase::Healthy, 0, 1)
        );

        assert_eq!(text(setup.get().await.unwrap()).await, GOOD);
        assert_eq!(setup.upstreams[0].requests(), 1, "{form}: it is left alone");
    }
}

#[tokio::test]
async fn a_retry_after_that_says_nothing_or_far_too_much_is_bounded() {
    for (form, most) in [("soon", 6), ("99999999999999999999", 360), ("Fri, 31 Dec 9999 23:59:59 GMT", 360)] {
        let headers = format!("retry-after: {form}\r\n");
        let setup = Setup::of([Manner::answers("429 Too Many Requests", &headers, ""), Manner::good()]).await;
        assert_eq!(text(setup.get().await.unwrap()).await, GOOD);
        let wait = setup.provider(0).status().cooling_for.expect("it cools down");
        assert!(wait <= Duration::from_secs(most), "{form}: {wait:?}");
    }
}

#[tokio::test]
async fn where_all_throttle_the_client_is_told_as_the_provider_told() {
    let setup =
        Setup::of([Manner::answers("429 Too Many Requests", "retry-after: 7\r\n", "slow down")]).await;
    let answer = setup.post().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].as_bytes()), (429, &b"7"[..]));
    let error = setup.post().await.unwrap_err();
    let wait = error.retry_after().unwrap();
    assert!(wait > Duration::from_secs(1) && wait <= Duration::from_secs(9), "{wait:?}");
}
