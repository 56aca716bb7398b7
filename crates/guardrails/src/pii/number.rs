//! Digits in groups, as people write numbers.

/// More groups than any number that is looked for has: a card with a space between all its nineteen digits.
const MAX_GROUPS: usize = 20;
/// A longer run of digits is no number that anybody dictates.
const MAX_RUN: usize = 34;

/// What stands before a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing: it is the first.
    First,
    Space,
    Hyphen,
    Dot,
    Slash,
    /// A parenthesis, with or without a space or a hyphen.
    Paren,
    /// ` - `.
    Wide,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) gap: Gap,
}

impl Group {
    pub(super) fn len(self) -> usize {
        self.end - self.start
    }
}

/// Groups of digits with one separator between each two.
pub(super) struct Number<'t> {
    bytes: &'t [u8],
    groups: [Group; MAX_GROUPS],
    count: usize,
    /// Whether there may be more groups than these.
    pub(super) cut: bool,
}

impl<'t> Number<'t> {
    /// Reads the groups from the digit at `at` on.
    pub(super) fn read(bytes: &'t [u8], at: usize) -> Self {
        let first = Group { start: at, end: at, gap: Gap::First };
        let mut number = Self { bytes, groups: [first; MAX_GROUPS], count: 0, cut: false };
        let (mut start, mut gap) = (at, Gap::First);
        loop {
            let end = run_end(bytes, start);
            let Some(slot) = number.groups.get_mut(number.count) else {
                number.cut = true;
                break;
            };
            *slot = Group { start, end, gap };
            number.count += 1;
            if end - start > MAX_RUN {
                break;
            }
            match separator(bytes, end) {
                Some((next_gap, next)) => (gap, start) = (next_gap, next),
                None => break,
            }
        }
        number
    }

    pub(super) fn groups(&self) -> &[Group] {
        self.groups.get(..self.count).unwrap_or_default()
    }

    pub(super) fn end(&self) -> usize {
        self.groups().last().map_or(0, |group| group.end)
    }

    /// The digits of the groups from `from` up to, not including, `to`, as values; `None` above 20.
    pub(super) fn digits(&self, from: usize, to: usize) -> Option<Digits> {
        let mut digits = Digits { values: [0; 20], len: 0 };
        for group in self.groups().get(from..to)? {
            for byte in self.bytes.get(group.start..group.end)? {
                *digits.values.get_mut(digits.len)? = byte - b'0';
                digits.len += 1;
            }
        }
        Some(digits)
    }

    /// Whether the groups from `from` on are as long as `lens` says.
    pub(super) fn has_lens(&self, from: usize, lens: &[usize]) -> bool {
        let groups = self.groups().get(from..from + lens.len());
        groups.is_some_and(|groups| groups.iter().zip(lens).all(|(group, len)| group.len() == *len))
    }

    /// Whether `gap` stands between all groups from `from` up to `to`.
    pub(super) fn joined_by(&self, from: usize, to: usize, gap: Gap) -> bool {
        let groups = self.groups().get(from + 1..to);
        groups.is_some_and(|groups| groups.iter().all(|group| group.gap == gap))
    }
}

/// Digits as values 0 to 9.
pub(super) struct Digits {
    values: [u8; 20],
    len: usize,
}

impl Digits {
    pub(super) fn values(&self) -> &[u8] {
        self.values.get(..self.len).unwrap_or_default()
    }
}

/// The number that a few digits write.
pub(super) fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0_u64, |sum, digit| sum.wrapping_mul(10).wrapping_add(u64::from(*digit)))
}

fn run_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len())
}

fn separator(bytes: &[u8], at: usize) -> Option<(Gap, usize)> {
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let rest = bytes.get(at..)?;
    let (gap, len) = match rest {
        [b' ', b'(', ..] | [b')', b' ' | b'-' | b'.', ..] => (Gap::Paren, 2),
        [b'(' | b')', ..] => (Gap::Paren, 1),
        [b' ', b'-', b' ', ..] => (Gap::Wide, 3),
        [b' ', ..] => (Gap::Space, 1),
        [b'-', ..] => (Gap::Hyphen, 1),
        [b'.', ..] => (Gap::Dot, 1),
        [b'/', ..] => (Gap::Slash, 1),
        _ => return None,
    };
    is_digit(at + len).then_some((gap, at + len))
}
