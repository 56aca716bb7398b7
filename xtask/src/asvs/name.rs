//! A requirement's id, as it stands in a test's name and as people write it.

use std::fmt;
use std::str::FromStr;

/// `V8.2.1`: chapter 8, section 2, requirement 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Requirement {
    pub(super) chapter: u8,
    section: u8,
    number: u8,
}

/// The chapters of ASVS 5.0, V1 Encoding and Sanitization to V17 WebRTC.
const CHAPTERS: std::ops::RangeInclusive<u8> = 1..=17;

impl Requirement {
    /// The requirement that the test named `asvs_v8_2_1_what_is_proved` proves. None if the name is not of this form; what is
    /// proved may not be left out.
    pub(super) fn of_test(name: &str) -> Option<Self> {
        let mut parts = name.strip_prefix("asvs_v")?.splitn(4, '_');
        let requirement = Self::new(parts.next()?, parts.next()?, parts.next()?)?;
        parts
            .next()
            .filter(|proved| proved.starts_with(|c: char| c.is_ascii_lowercase()))
            .map(|_| requirement)
    }

    fn new(chapter: &str, section: &str, number: &str) -> Option<Self> {
        // One spelling for each number: no sign, no leading zero.
        let read =
            |text: &str| text.parse::<u8>().ok().filter(|value| *value > 0 && value.to_string() == text);
        let requirement = Self { chapter: read(chapter)?, section: read(section)?, number: read(number)? };
        CHAPTERS.contains(&requirement.chapter).then_some(requirement)
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "V{}.{}.{}", self.chapter, self.section, self.number)
    }
}

impl FromStr for Requirement {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.strip_prefix('V').ok_or(())?.splitn(3, '.');
        let mut next = || parts.next().ok_or(());
        Self::new(next()?, next()?, next()?).ok_or(())
    }
}
