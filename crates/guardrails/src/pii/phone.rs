//! Telephone numbers: how they are written, and what else is written like that.

use super::calling_code;
use super::context::{Near, Topics};
use super::number::{Gap, Group, Number};
use std::ops::RangeInclusive;

/// ITU-T E.164, with the zero that some write after the country code.
const DIGITS_MAX: usize = 16;
/// How many digits a number has as written inside a country.
const NATIONAL: RangeInclusive<usize> = 7..=13;
/// Digits of the longest extension.
const EXTENSION_MAX: usize = 6;

/// A candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Phone {
    /// How many groups it takes.
    pub(super) taken: usize,
    /// Where it starts: at a `+` or a parenthesis before the first group, if there is one.
    pub(super) start: usize,
    /// Where it ends, with its extension.
    pub(super) end: usize,
    pub(super) why: Why,
}

/// What makes it one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// `+` or `00` and a country code.
    International,
    /// How it is written, or the words beside it.
    Usual,
    /// Nothing but its length: only a numbering plan can tell.
    Length,
}

/// The telephone number that starts at the group `from`; what was found before ends at `floor`. Candidates that only a plan can tell are given where there is one.
pub(super) fn phone(
    number: &Number,
    bytes: &[u8],
    from: usize,
    near: &Near<'_>,
    plan: bool,
    floor: usize,
) -> Option<Phone> {
    let group = number.groups().get(from)?;
    if matches!(group.gap, Gap::Hyphen | Gap::Dot | Gap::Paren) {
        return None;
    }
    let after = number.groups().get(from + 1).map(|next| next.gap);
    let (start, sign) = opening(bytes, *group, after, floor)?;
    let (taken, why) = if let Some(taken) = international(number, from, sign == Sign::Plus) {
        (taken, Why::International)
    } else {
        // The most that words could make of it: without it, nobody need read them.
        national(number, from, sign, true)?;
        let context = near.context();
        let spoken_of = context.nearest.has(Topics::PHONE.or(Topics::PLACE));
        if sign == Sign::Plus || (context.nearest.has(Topics::OTHER) && !spoken_of) {
            return None;
        }
        match national(number, from, sign, spoken_of) {
            Some(taken) => (taken, Why::Usual),
            None if plan => (national(number, from, sign, true)?, Why::Length),
            None => return None,
        }
    };
    let last = number.groups().get(from + taken - 1)?;
    let next = number.groups().get(from + taken).map(|group| group.gap);
    let end = closing(bytes, last.end, next)?;
    Some(Phone { taken, start, end, why })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    None,
    Plus,
    Paren,
}

/// Where the number that starts with `group` starts with its sign, unless what stands before it makes it part of something else.
fn opening(bytes: &[u8], group: Group, next: Option<Gap>, floor: usize) -> Option<(usize, Sign)> {
    let before = |at: usize| at.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    // A parenthesis that is closed after the last group is the sentence's.
    let area = next == Some(Gap::Paren);
    let at = group.start;
    let (start, sign) = match before(at) {
        Some(b'+') if area && before(at - 1) == Some(b'(') => (at - 2, Sign::Plus),
        Some(b'+') => (at - 1, Sign::Plus),
        Some(b'(') if area => (at - 1, Sign::Paren),
        _ => (at, Sign::None),
    };
    let glued = match before(start) {
        Some(b'-' | b'.' | b',') => {
            start.checked_sub(1).and_then(before).is_some_and(|byte| byte.is_ascii_alphanumeric())
        }
        Some(b'$' | b'_' | b'@') => true,
        // Another number that was found ends there.
        Some(_) if sign == Sign::Plus && start == floor => false,
        Some(byte) => byte.is_ascii_alphanumeric() && !(sign == Sign::Plus && byte.is_ascii_alphabetic()),
        None => false,
    };
    (!glued).then_some((start, sign))
}

/// Where the number ends, with an extension, unless what follows makes it part of something else.
fn closing(bytes: &[u8], at: usize, next: Option<Gap>) -> Option<usize> {
    if let Some(end) = extension(bytes, at) {
        return Some(end);
    }
    let rest = bytes.get(at..)?;
    let glued = match rest {
        [b'-' | b'.' | b',' | b':' | b'/', digit, ..] => digit.is_ascii_digit() && next != Some(Gap::Slash),
        [byte, ..] => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'%' | b'@' | b'='),
        [] => false,
    };
    (!glued && !matches!(next, Some(Gap::Hyphen | Gap::Dot))).then_some(at)
}

/// `x12`, ` ext. 12`, ` extension 12`, `#12`.
pub(super) fn extension(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..bytes.len().min(at + 24))?;
    let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b',' | b';')).count();
    let word = rest.get(spaces..)?;
    const NAMES: [&[u8]; 7] = [b"extension", b"extn", b"ext.", b"ext", b"x.", b"x", b"#"];
    let name = NAMES
        .iter()
        .find(|name| word.get(..name.len()).is_some_and(|lead| lead.eq_ignore_ascii_case(name)))?;
    let after = word.get(name.len()..)?;
    let blank = after.iter().take_while(|byte| matches!(byte, b' ' | b':' | b'=')).count();
    let digits = after.get(blank..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let end = spaces + name.len() + blank + digits;
    let closes = !rest.get(end).is_some_and(u8::is_ascii_alphanumeric);
    ((1..=EXTENSION_MAX).contains(&digits) && closes).then_some(at + end)
}

/// `+41 (0)44 …`, `0041 44 …`, `001-…`: the most groups that the numbering of the country allows for.
fn international(number: &Number, from: usize, plus: bool) -> Option<usize> {
    let groups = number.groups().get(from..)?;
    let total = |taken: usize| number.total(from, from + taken);
    // `00`, `011`, or a zero and what may be a second one.
    if !plus && number.digits(from, from + 1)?.first() != Some(&0) {
        return None;
    }
    let fits = |taken: &usize| total(*taken).is_some_and(|digits| digits <= DIGITS_MAX + 2);
    let most = (1..=groups.len().min(8)).rev().find(fits)?;
    let digits = match (plus, number.digits(from, from + most)?) {
        (true, digits) => digits,
        (false, [0, 0, rest @ ..]) => rest,
        (false, [0, 1, 1, rest @ ..]) if groups.first()?.len() == 3 => rest,
        _ => return None,
    };
    let lengths = calling_code::lengths(digits)?;
    let sign = total(most)? - digits.len();
    // The zero in parentheses is not dialled from abroad.
    let is_trunk = |place: &usize| {
        groups.get(*place).is_some_and(|group| group.gap == Gap::Paren && group.len() == 1)
            && number.digits(from + place, from + place + 1) == Some(&[0])
    };
    let trunk = (1..most).find(is_trunk).unwrap_or(most);
    (1..=most).rev().find(|taken| {
        let len = total(*taken).unwrap_or_default().saturating_sub(sign + usize::from(trunk < *taken));
        lengths.contains(&len)
    })
}

/// How many groups from `from` on are a number as written inside a country.
fn national(number: &Number, from: usize, sign: Sign, spoken_of: bool) -> Option<usize> {
    let groups = number.groups().get(from..)?;
    (1..=groups.len().min(7)).rev().find(|taken| {
        if !number.total(from, from + taken).is_some_and(|digits| NATIONAL.contains(&digits)) {
            return false;
        }
        let (Some(these), Some(digits)) = (groups.get(..*taken), number.digits(from, from + taken)) else {
            return false;
        };
        let lens: u32 =
            these.iter().fold(0, |lens, group| lens << 4 | u32::try_from(group.len()).unwrap_or(15).min(15));
        let shape = Shape { groups: these, lens, digits, sign };
        shape.is_usual() || (spoken_of && shape.is_possible())
    })
}

struct Shape<'n> {
    groups: &'n [Group],
    /// The lengths of the groups, a hexadecimal digit each.
    lens: u32,
    digits: &'n [u8],
    sign: Sign,
}

impl Shape<'_> {
    /// A way of grouping that hardly anything else than telephone numbers has.
    fn is_usual(&self) -> bool {
        let (len, lead) = (self.digits.len(), self.digits.first().copied().unwrap_or_default());
        if !self.is_even() {
            return false;
        }
        let hyphens = self.gaps().all(|gap| gap == Gap::Hyphen);
        match self.lens {
            // North America.
            0x334 | 0x1334 => true,
            // Without the area.
            0x34 => hyphens,
            // France, Belgium, Denmark, Poland, Spain, the Nordic countries, Eastern Europe, Latin America.
            0x2222 | 0x22222 | 0x333 | 0x3222 => {
                self.sign != Sign::Paren && !self.gaps().any(|gap| gap == Gap::Dot && self.lens == 0x333)
            }
            // Australia's special numbers.
            0x433 if lead == 1 => true,
            0x244 | 0x344 | 0x354 | 0x2344 | 0x2334 | 0x3334 | 0x323 | 0x234 => {
                self.gaps().all(|gap| gap != Gap::Dot)
            }
            // As thousands are grouped too.
            0x233 => hyphens || self.sign == Sign::Paren,
            // India.
            0x55 | 0x255 => (6..=9).contains(self.digits.get(len - 10).unwrap_or(&0)),
            // The trunk prefix of most of the world.
            _ if lead == 0 => {
                (9..=12).contains(&len)
                    && self.digits.get(1) != Some(&0)
                    && self.is_grouped()
                    && (self.groups.len() > 1 || len <= 11)
            }
            _ => self.sign == Sign::Paren && self.is_area_first() && (7..=11).contains(&len),
        }
    }

    /// Anything of the right length, where words say that it is one.
    fn is_possible(&self) -> bool {
        let len = self.digits.len();
        NATIONAL.contains(&len) && self.is_grouped() && self.is_even()
    }

    fn gaps(&self) -> impl Iterator<Item = Gap> + '_ {
        self.groups.iter().skip(1).map(|group| group.gap)
    }

    /// Whether one separator is used throughout, but for parentheses round the area and a slash after it.
    fn is_even(&self) -> bool {
        let after_area =
            usize::from(matches!(self.gaps().next(), Some(Gap::Paren | Gap::Slash | Gap::Space | Gap::Wide)));
        let opened = self.sign == Sign::Paren;
        let closed = self.gaps().next() == Some(Gap::Paren);
        // `1 (555) 555-5555` has two.
        let parens = self.gaps().filter(|gap| *gap == Gap::Paren).count();
        let skip = if parens == 2 && !opened { 2 } else { after_area };
        let mut rest = self.gaps().skip(skip);
        let first = rest.next();
        let even = first.is_none_or(|first| first != Gap::Paren && rest.all(|gap| gap == first));
        even && (!opened || closed) && (parens <= 1 || !opened)
    }

    /// Groups of two to five digits, the first of one and the last of more if need be.
    fn is_grouped(&self) -> bool {
        let most = if self.groups.len() <= 2 { 13 } else { 5 };
        self.groups.iter().skip(1).all(|group| (2..=most).contains(&group.len())) && self.groups.len() <= 6
    }

    fn is_area_first(&self) -> bool {
        self.groups.first().is_some_and(|group| (2..=5).contains(&group.len())) && self.groups.len() > 1
    }
}
