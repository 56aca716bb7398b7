//! Digits in groups, as people write numbers.

/// More groups than any number that is looked for has: a card with a space between all its nineteen digits.
const MAX_GROUPS: usize = 20;
/// A longer run of digits is no number that anybody dictates.
const MAX_RUN: usize = 34;
/// More digits than any number has, and than four of the longest groups.
const MAX_DIGITS: usize = 160;
/// The digits of the longest number that is looked for.
const LONGEST: usize = 20;

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
    /// How many digits stand before it in the number.
    digits: usize,
}

impl Group {
    pub(super) fn len(self) -> usize {
        self.end - self.start
    }
}

/// Groups of digits with one separator between each two.
pub(super) struct Number {
    groups: [Group; MAX_GROUPS],
    count: usize,
    /// The digits of all groups as values 0 to 9, one after the other.
    values: [u8; MAX_DIGITS],
    /// The lengths of the groups, 15 for longer ones, four bits each, those of the first lowest.
    lens: u128,
    /// Whether there may be more groups than these.
    pub(super) cut: bool,
}

impl Number {
    /// One to read into: it is larger than what is written to it for most numbers.
    pub(super) fn new() -> Self {
        let first = Group { start: 0, end: 0, gap: Gap::First, digits: 0 };
        Self { groups: [first; MAX_GROUPS], count: 0, values: [0; MAX_DIGITS], lens: 0, cut: false }
    }

    /// Reads the groups from the digit at `at` on.
    pub(super) fn read(&mut self, bytes: &[u8], at: usize) {
        let number = self;
        (number.count, number.lens, number.cut) = (0, 0, false);
        let mut digits = 0;
        let (mut start, mut gap) = (at, Gap::First);
        loop {
            let end = run_end(bytes, start);
            let (len, long) = (end - start, end - start > MAX_RUN);
            let room = number.values.get_mut(digits..).and_then(|rest| rest.get_mut(..len));
            let (Some(slot), true) = (number.groups.get_mut(number.count), long || room.is_some()) else {
                number.cut = true;
                break;
            };
            *slot = Group { start, end, gap, digits };
            number.lens |= (len.min(15) as u128) << (4 * number.count);
            number.count += 1;
            let (false, Some(room)) = (long, room) else { break };
            for (value, byte) in room.iter_mut().zip(bytes.get(start..end).unwrap_or_default()) {
                *value = byte - b'0';
            }
            digits += len;
            match separator(bytes, end) {
                Some((next_gap, next)) => (gap, start) = (next_gap, next),
                None => break,
            }
        }
    }

    pub(super) fn groups(&self) -> &[Group] {
        self.groups.get(..self.count).unwrap_or_default()
    }

    pub(super) fn end(&self) -> usize {
        self.groups().last().map_or(0, |group| group.end)
    }

    /// The digits of the groups from `from` up to, not including, `to`, as values; `None` above 20.
    pub(super) fn digits(&self, from: usize, to: usize) -> Option<&[u8]> {
        let len = self.total(from, to)?;
        let first = self.groups.get(from)?.digits;
        (len <= LONGEST).then(|| self.values.get(first..first + len))?
    }

    /// How many digits the groups from `from` up to, not including, `to` have.
    pub(super) fn total(&self, from: usize, to: usize) -> Option<usize> {
        let last = self.groups().get(to.checked_sub(1)?)?;
        let first = self.groups().get(from).filter(|_| from < to)?;
        Some(last.digits - first.digits + last.len())
    }

    /// The lengths of eight groups from `from` on as [`pack`] has them; nothing stands for groups that there are not.
    pub(super) fn packed(&self, from: usize) -> u32 {
        (self.lens >> (4 * from.min(MAX_GROUPS))) as u32
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

/// The lengths of at most eight groups, 15 for longer ones, four bits each, those of the first lowest; none is 0.
pub(super) const fn pack(lens: &[usize]) -> u32 {
    let (mut packed, mut at) = (0, 0);
    while at < lens.len() {
        packed |= (if lens[at] > 15 { 15 } else { lens[at] } as u32) << (4 * at);
        at += 1;
    }
    packed
}

/// The number that a few digits write.
pub(super) fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0_u64, |sum, digit| sum.wrapping_mul(10).wrapping_add(u64::from(*digit)))
}

fn run_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len())
}

/// What parts the group that ends at `at` from the next, and where that starts.
pub(super) fn separator(bytes: &[u8], at: usize) -> Option<(Gap, usize)> {
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
