//! Identity numbers of countries: how they are written, and the check digits of those that have any.
//!
//! A form with a strong check digit or a telling way of writing stands for itself; where one random number in ten would pass,
//! only beside a word that says what it is.

mod americas;
mod asia;
mod europe;
mod tokens;

pub(super) use tokens::{LONGEST, token};

use super::context::{Near, Topics};
use super::number::{Gap, Number, pack};
use crate::Kind;

/// An identity number of digits.
struct Identity {
    kind: Kind,
    forms: &'static [Form],
    check: fn(&[u8]) -> bool,
}

/// One way to write it.
struct Form {
    /// How long the groups are.
    lens: &'static [usize],
    /// The same, to be compared at once, and which bits of it.
    packed: (u32, u32),
    /// What stands between them.
    gaps: &'static [Gap],
    needs: Needs,
}

#[derive(Clone, Copy)]
enum Needs {
    /// It tells by itself.
    Nothing,
    /// A word about one of these near it.
    Word(Topics),
}

const fn alone(lens: &'static [usize], gaps: &'static [Gap]) -> Form {
    Form { lens, packed: packed(lens), gaps, needs: Needs::Nothing }
}

const fn beside(topics: Topics, lens: &'static [usize], gaps: &'static [Gap]) -> Form {
    Form { lens, packed: packed(lens), gaps, needs: Needs::Word(topics) }
}

const fn packed(lens: &[usize]) -> (u32, u32) {
    (pack(lens), u32::MAX >> (32 - 4 * lens.len()))
}

const ALL: [&[Identity]; 3] = [europe::ALL, americas::ALL, asia::ALL];

/// The forms that start with a group of so many digits, 15 for more; a bit each in the order of [`ALL`].
const STARTS: [u64; 16] = {
    let (mut starts, mut form, mut part) = ([0; 16], 0, 0);
    while part < ALL.len() {
        let mut identity = 0;
        while identity < ALL[part].len() {
            let forms = ALL[part][identity].forms;
            let mut nth = 0;
            while nth < forms.len() {
                starts[(forms[nth].packed.0 & 15) as usize] |= 1 << form;
                form += 1;
                nth += 1;
            }
            identity += 1;
        }
        part += 1;
    }
    starts
};

const FORMS: usize = {
    let (mut forms, mut part) = (0, 0);
    while part < ALL.len() {
        let mut identity = 0;
        while identity < ALL[part].len() {
            forms += ALL[part][identity].forms.len();
            identity += 1;
        }
        part += 1;
    }
    forms
};

/// The place of the identity and of its form of each bit of [`STARTS`].
const PLACES: [(u8, u8, u8); FORMS] = {
    let (mut places, mut form, mut part) = ([(0, 0, 0); FORMS], 0, 0);
    while part < ALL.len() {
        let mut identity = 0;
        while identity < ALL[part].len() {
            let mut nth = 0;
            while nth < ALL[part][identity].forms.len() {
                places[form] = (part as u8, identity as u8, nth as u8);
                form += 1;
                nth += 1;
            }
            identity += 1;
        }
        part += 1;
    }
    places
};

/// All that are known, in no particular order; one may come twice.
pub(super) fn kinds() -> impl Iterator<Item = Kind> {
    ALL.into_iter().flatten().map(|identity| identity.kind).chain(tokens::kinds())
}

/// The identity number that starts at the group `from`, and how many groups it takes.
pub(super) fn digits(number: &Number, from: usize, near: &Near<'_>) -> Option<(Kind, usize)> {
    let lens = number.packed(from);
    let mut left = STARTS[(lens & 15) as usize];
    while left != 0 {
        let (part, identity, form) = *PLACES.get(left.trailing_zeros() as usize)?;
        left &= left - 1;
        let identity = ALL.get(usize::from(part))?.get(usize::from(identity))?;
        let form = identity.forms.get(usize::from(form))?;
        if lens & form.packed.1 != form.packed.0 || !form.fits(number, from) {
            continue;
        }
        let digits = number.digits(from, from + form.lens.len())?;
        if (identity.check)(digits) && form.is_told(near) {
            return Some((identity.kind, form.lens.len()));
        }
    }
    None
}

impl Form {
    fn is_told(&self, near: &Near<'_>) -> bool {
        match self.needs {
            Needs::Nothing => true,
            Needs::Word(topics) => near.context().all.has(topics),
        }
    }

    fn fits(&self, number: &Number, from: usize) -> bool {
        number.has_lens(from, self.lens)
            && number
                .groups()
                .get(from + 1..from + self.lens.len())
                .is_some_and(|groups| groups.iter().zip(self.gaps).all(|(group, gap)| group.gap == *gap))
    }
}
