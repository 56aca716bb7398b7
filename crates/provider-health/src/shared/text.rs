//! A record as a line of text, for stores that tell changes on a channel.

use super::{Finding, HealthRecord, Version};
use crate::ProviderName;
use std::time::Duration;

/// Two numbers, a name and what is between.
const MAX_LEN: usize = 20 + 1 + 20 + 1 + ProviderName::MAX_LEN;

impl HealthRecord {
    /// `version down name`, where `down` is whole milliseconds, rounded up, or -1 for a provider that is up: what
    /// [`parse`](Self::parse) reads. A script that publishes writes the same.
    #[must_use]
    pub fn to_text(&self) -> String {
        let Self { provider, version: Version(version), finding } = self;
        match finding {
            Finding::Up => format!("{version} -1 {provider}"),
            Finding::Down(span) => {
                // Up, so that a time down never becomes none.
                let millis = i64::try_from(span.as_nanos().div_ceil(1_000_000)).unwrap_or(i64::MAX);
                format!("{version} {millis} {provider}")
            }
        }
    }

    /// The record that `text` tells; none if it is longer than any record, of a version beyond [`Version::LAST`], or anything else than one. Whoever may write to the
    /// channel may have written it: what comes of it is what [`Sharing::hear`](crate::Sharing::hear) believes.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        if text.len() > MAX_LEN {
            return None;
        }
        let mut words = std::str::from_utf8(text).ok()?.split(' ');
        let (version, down, name) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() {
            return None;
        }
        let finding = match down {
            "-1" => Finding::Up,
            millis => Finding::Down(Duration::from_millis(
                number(millis).filter(|millis| i64::try_from(*millis).is_ok())?,
            )),
        };
        let version = Some(Version(number(version)?)).filter(|version| *version <= Version::LAST)?;
        Some(Self { provider: ProviderName::new(name).ok()?, version, finding })
    }
}

/// Digits and nothing else: the standard library also takes a plus.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_findings_are_read() {
        let record = HealthRecord::parse(b"7 1500 eu.model-1").unwrap();
        assert_eq!((record.version, record.provider.as_str()), (Version(7), "eu.model-1"));
        assert_eq!(record.finding, Finding::Down(Duration::from_millis(1500)));
        assert_eq!(HealthRecord::parse(b"8 -1 x").unwrap().finding, Finding::Up);
    }

    #[test]
    fn truncation_and_forgery_tell_nothing() {
        let whole = b"7 1500 x";
        for length in 0..whole.len() {
            assert_eq!(HealthRecord::parse(&whole[..length]), None);
        }
        for forged in [
            &b"7 1500 x y"[..],
            b"-7 1500 x",
            b"+7 1500 x",
            b"7 +1500 x",
            b"7 -2 x",
            b"7 soon x",
            b"7 1500 x\ny",
            b"7  1500 x",
            b"\xff 1 x",
            b"18446744073709551616 1 x",
            b"18446744073709551615 -1 x",
            b"9007199254740993 1 x",
            b"1 9223372036854775808 x",
        ] {
            assert_eq!(HealthRecord::parse(forged), None, "{forged:?}");
        }
        assert_eq!(HealthRecord::parse(format!("7 1500 {}", "x".repeat(1000)).as_bytes()), None);
    }

    #[test]
    fn a_time_down_never_becomes_none() {
        let provider = ProviderName::new("x").unwrap();
        let told = |span| {
            HealthRecord { provider: provider.clone(), version: Version(1), finding: Finding::Down(span) }
                .to_text()
        };
        assert_eq!(told(Duration::from_nanos(1)), "1 1 x");
        assert_eq!(told(Duration::MAX), format!("1 {} x", i64::MAX));
    }

    proptest! {
        #[test]
        fn whatever_is_told_is_read_or_not_and_what_is_read_is_what_was_told(
            version in 0..=Version::LAST.0, down in proptest::option::of(0..=i64::MAX as u64), name in "[a-z._-]{1,64}", noise: Vec<u8>,
        ) {
            let _ = HealthRecord::parse(&noise);
            let finding = down.map_or(Finding::Up, |millis| Finding::Down(Duration::from_millis(millis)));
            let provider = ProviderName::new(name).unwrap();
            let record = HealthRecord { provider, version: Version(version), finding };
            prop_assert_eq!(HealthRecord::parse(record.to_text().as_bytes()), Some(record));
        }
    }
}
