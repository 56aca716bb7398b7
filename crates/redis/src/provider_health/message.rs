//! What is told on the channel: `version down name`, where `down` is milliseconds, or -1 for a provider that is well.

use std::time::Duration;
use stockade_provider_health::{Finding, HealthRecord, ProviderName, Version};

/// Two numbers, a name and what is between.
const MAX_LEN: usize = 20 + 1 + 20 + 1 + ProviderName::MAX_LEN;

/// The record that `message` tells; none if it tells nothing that this crate has published.
pub(super) fn parse(message: &[u8]) -> Option<HealthRecord> {
    if message.len() > MAX_LEN {
        return None;
    }
    let mut words = std::str::from_utf8(message).ok()?.split(' ');
    let (version, down, name) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() {
        return None;
    }
    let provider = ProviderName::new(name).ok()?;
    Some(HealthRecord {
        provider,
        version: Version(version.parse().ok()?),
        finding: finding(down.parse().ok()?),
    })
}

pub(super) fn finding(down: i64) -> Finding {
    u64::try_from(down).map_or(Finding::Up, |millis| Finding::Down(Duration::from_millis(millis)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_findings_are_read() {
        let record = parse(b"7 1500 eu.model-1").unwrap();
        assert_eq!((record.version, record.provider.as_str()), (Version(7), "eu.model-1"));
        assert_eq!(record.finding, Finding::Down(Duration::from_millis(1500)));
        assert_eq!(parse(b"8 -1 x").unwrap().finding, Finding::Up);
    }

    #[test]
    fn truncation_and_forgery_tell_nothing() {
        let whole = b"7 1500 x";
        for length in 0..whole.len() {
            assert_eq!(parse(&whole[..length]), None);
        }
        for forged in
            [&b"7 1500 x y"[..], b"-7 1500 x", b"7 soon x", b"7 1500 x\ny", b"7  1500 x", b"\xff 1 x"]
        {
            assert_eq!(parse(forged), None, "{forged:?}");
        }
        assert_eq!(parse(format!("7 1500 {}", "x".repeat(1000)).as_bytes()), None);
    }

    proptest! {
        #[test]
        fn whatever_is_told_is_read_or_not_and_what_is_read_is_what_was_told(
            version: u64, down in -1_i64.., name in "[a-z._-]{1,64}", noise: Vec<u8>,
        ) {
            let _ = parse(&noise);
            let record = parse(format!("{version} {down} {name}").as_bytes()).unwrap();
            prop_assert_eq!((record.version.0, record.provider.as_str()), (version, name.as_str()));
            prop_assert_eq!(record.finding, finding(down));
        }
    }
}
