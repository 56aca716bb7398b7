//! The numbering plans of the world, from the metadata of Google's libphonenumber as the crate `phonenumber` carries it.
//!
//! Only its tables are used. Its own look-up keeps a hundred compiled patterns behind a lock, which a text with numbers of many
//! countries makes it compile again and again; here each country's is compiled once, when it is first asked for, and matches
//! a number as a whole.

mod region;
#[cfg(test)]
mod tests;

use super::{Numbering, NumberingPlan};
use phonenumber::metadata::DATABASE;
use region::Region;
use std::collections::BTreeMap;
use std::fmt;

/// The longest that is looked at; a candidate has no more.
const MAX: usize = 64;

/// A [`NumberingPlan`] of all countries.
///
/// Numbers with a country code (`+41 …`, `0041 …`) are looked up in the plan of that country, others in those of the regions
/// that it was made for.
///
/// ```
/// use std::sync::Arc;
/// use stockade_guardrails::pii::{PHONE, PhonePlans, Pii};
/// let pii = Pii::new().with_plan(Arc::new(PhonePlans::of(["SG"])?));
/// let mut found = Vec::new();
/// pii.find("come at eight, 6123 4567 is ours", &mut found);
/// assert_eq!(found[0].kind, PHONE);
/// # Ok::<(), stockade_guardrails::pii::UnknownRegion>(())
/// ```
pub struct PhonePlans {
    /// By country code; the main region of a code first.
    codes: BTreeMap<u16, Vec<Region>>,
    /// The country code and the place of each region whose numbers are known without one.
    home: Vec<(u16, usize)>,
    ranges: Ranges,
}

/// What is refused of the numbers with a country code.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ranges {
    /// Codes that no country has, and lengths that no number of the country has. Numbers of ranges that are not given out stay:
    /// made-up numbers, and those of ranges given out since the tables were made.
    #[default]
    Open,
    /// Numbers of ranges that are not given out as well.
    Assigned,
}

/// There are no telephone numbers of a region of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no region with a numbering plan: two capitals of ISO 3166-1 are expected")]
pub struct UnknownRegion(pub String);

impl PhonePlans {
    /// The plans of the world; numbers without a country code are looked up in those of `regions`, which are named as in ISO
    /// 3166-1, in this order. None is allowed: then only numbers with a country code are told.
    ///
    /// Every region named makes more digits of a text a telephone number: name those that one's users live in. The first call
    /// in a process decodes the tables, which takes some tens of milliseconds.
    ///
    /// # Errors
    ///
    /// [`UnknownRegion`] names the first for which there is no plan.
    pub fn of<S: AsRef<str>>(regions: impl IntoIterator<Item = S>) -> Result<Self, UnknownRegion> {
        // By code, since the plans of no country in particular (`+800 …`) have one name.
        let plans_of = |code: u16| {
            let mut regions: Vec<_> = DATABASE.by_code(&code)?.into_iter().map(Region::of).collect();
            regions.sort_by(|one, other| one.rank().cmp(&other.rank()));
            Some((code, regions))
        };
        let codes: BTreeMap<u16, Vec<Region>> = (1..=999).filter_map(plans_of).collect();
        let place = |name: &str| {
            codes.iter().find_map(|(code, regions)| {
                regions.iter().position(|region| region.name() == name).map(|place| (*code, place))
            })
        };
        let home = regions.into_iter().map(|name| {
            let name = name.as_ref();
            place(name).ok_or_else(|| UnknownRegion(name.chars().take(16).collect()))
        });
        let home = home.collect::<Result<_, _>>()?;
        Ok(Self { codes, home, ranges: Ranges::default() })
    }

    /// What is refused of the numbers with a country code.
    #[must_use]
    pub fn with_ranges(self, ranges: Ranges) -> Self {
        Self { ranges, ..self }
    }

    /// `digits` after the `+`.
    fn abroad(&self, digits: &str) -> Numbering {
        let code = (1..=3.min(digits.len())).find_map(|len| {
            let (code, national) = digits.split_at_checked(len)?;
            Some((self.codes.get(&code.parse().ok()?)?, national))
        });
        let Some((regions, national)) = code else { return Numbering::Unassigned };
        // Some write the zero that is dialled at home, too.
        let forms = [Some(national), national.strip_prefix('0')];
        let any = |fits: fn(&Region, &str) -> bool| {
            forms.iter().flatten().any(|form| regions.iter().any(|region| fits(region, form)))
        };
        if any(Region::is_assigned) {
            Numbering::Assigned
        } else if self.ranges == Ranges::Open && any(Region::is_possible) {
            Numbering::Unknown
        } else {
            Numbering::Unassigned
        }
    }

    fn is_at_home(&self, digits: &str) -> bool {
        let mut home = self.home.iter().filter_map(|(code, place)| self.codes.get(code)?.get(*place));
        home.any(|region| region.is_assigned_at_home(digits))
    }
}

impl NumberingPlan for PhonePlans {
    fn look_up(&self, number: &str) -> Numbering {
        let number = number.get(..number.len().min(MAX)).unwrap_or_default();
        // What follows a letter or a `#` is an extension.
        let end = number.find(|c: char| c.is_ascii_alphabetic() || matches!(c, '#' | ',' | ';'));
        let number = number.get(..end.unwrap_or(number.len())).unwrap_or_default();
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        if number.trim_start_matches('(').starts_with('+') {
            return self.abroad(&digits);
        }
        if self.is_at_home(&digits) {
            return Numbering::Assigned;
        }
        match (digits.strip_prefix("00"), digits.strip_prefix("011")) {
            (Some(rest), _) => self.abroad(rest),
            // It may be an area, too.
            (None, Some(rest)) if self.abroad(rest) == Numbering::Assigned => Numbering::Assigned,
            _ => Numbering::Unknown,
        }
    }
}

impl fmt::Debug for PhonePlans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PhonePlans").field("codes", &self.codes.len()).field("home", &self.home).finish()
    }
}
