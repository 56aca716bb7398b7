//! Identity numbers of countries: how they are written, and the check digits of those that have any.
//!
//! A form with a strong check digit or a telling way of writing stands for itself; where one random number in ten would pass,
//! only beside a word that says what it is.

mod americas;
mod asia;
mod europe;
mod tokens;

pub(super) use tokens::{LONGEST, token};

use super::context::{Context, Topics};
use super::number::{Gap, Number};
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
    Form { lens, gaps, needs: Needs::Nothing }
}

const fn beside(topics: Topics, lens: &'static [usize], gaps: &'static [Gap]) -> Form {
    Form { lens, gaps, needs: Needs::Word(topics) }
}

/// All that are known, in no particular order; one may come twice.
pub(super) fn kinds() -> impl Iterator<Item = Kind> {
    let digits = [europe::ALL, americas::ALL, asia::ALL].into_iter().flatten();
    digits.map(|identity| identity.kind).chain(tokens::kinds())
}

/// The identity number that starts at the group `from`, and how many groups it takes.
pub(super) fn digits(number: &Number<'_>, from: usize, context: Context) -> Option<(Kind, usize)> {
    let all = [europe::ALL, americas::ALL, asia::ALL];
    all.into_iter().flatten().find_map(|identity| {
        let form = identity.forms.iter().find(|form| form.fits(number, from, context))?;
        let digits = number.digits(from, from + form.lens.len())?;
        (identity.check)(digits.values()).then_some((identity.kind, form.lens.len()))
    })
}

impl Form {
    fn fits(&self, number: &Number<'_>, from: usize, context: Context) -> bool {
        number.has_lens(from, self.lens)
            && match self.needs {
                Needs::Nothing => true,
                Needs::Word(topics) => context.all.has(topics),
            }
            && number
                .groups()
                .get(from + 1..from + self.lens.len())
                .is_some_and(|groups| groups.iter().zip(self.gaps).all(|(group, gap)| group.gap == *gap))
    }
}
