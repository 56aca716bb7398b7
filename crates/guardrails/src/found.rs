use crate::Span;
use crate::pii::URL;
use crate::view::View;
use std::fmt;

/// What sort of thing was found: `email`, `iban`, `national-id:es-dni`, `secret:github`.
///
/// Kinds with a colon belong to the group before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(&'static str);

impl Kind {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// As policies write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// Whether only the words beside it made it one.
    fn is_vague(self) -> bool {
        matches!(self.0, "secret:generic" | "secret:password" | "secret:credentials")
    }

    /// As it stands in a redacted text: `EMAIL`, `NATIONAL_ID`, `SECRET`. The part after a colon is left out: whose token it
    /// was is nobody's business.
    #[must_use]
    pub fn label(self) -> String {
        let group = self.0.split_once(':').map_or(self.0, |(group, _)| group);
        group.replace('-', "_").to_ascii_uppercase()
    }

    /// Whether `selector` asks for it: by its name, by its group (`national-id`, `secret`), or by `pii` for all that is not a
    /// secret.
    #[must_use]
    pub fn is_selected_by(self, selector: &str) -> bool {
        let secret = self.0.starts_with("secret:");
        self.0 == selector
            || self.0.strip_prefix(selector).is_some_and(|rest| rest.starts_with(':'))
            || (selector == "pii" && !secret)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// That something was found, and where; never what, so that it may stand in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Found {
    /// What sort of thing.
    pub kind: Kind,
    /// Where in the caller's text.
    pub span: Span,
}

/// Leaves of findings that overlap the longest; of equally long ones the first, then the one whose kind says more (an issuer's
/// token before `secret:generic`), then the one whose kind comes first by name.
/// What remains is in the order of the text, apart from each other, and the same for every order of `found`.
pub fn resolve(found: &mut Vec<Found>) {
    found.retain(|one| !one.span.is_empty());
    found.sort_unstable_by_key(|one| {
        (std::cmp::Reverse(one.span.len()), one.span.start, one.kind.is_vague(), one.kind)
    });
    let mut chosen = std::collections::BTreeMap::new();
    found.retain(|one| {
        let before = chosen.range(..one.span.end).next_back();
        let free = before.is_none_or(|(_, end)| *end <= one.span.start);
        if free {
            chosen.insert(one.span.start, one.span.end);
        }
        free
    });
    found.sort_unstable_by_key(|one| one.span.start);
}

/// What `find` finds in `text`, as each of its readings shows it. It is given a reading, and adds places in it.
pub(crate) fn in_readings(text: &str, found: &mut Vec<Found>, mut find: impl FnMut(&str, &mut Vec<Found>)) {
    let from = found.len();
    let (view, other) = View::readings(text);
    let back = |view: &View<'_>, found: &mut Vec<Found>, from: usize| {
        found.iter_mut().skip(from).for_each(|one| one.span = view.source(one.span));
    };
    find(view.text(), found);
    back(&view, found, from);
    let Some(other) = other else { return };
    let middle = found.len();
    find(other.text(), found);
    back(&other, found, middle);
    let mut more = found.split_off(middle);
    let mut known: Vec<Found> = found.get(from..).unwrap_or_default().to_vec();
    known.sort_unstable_by_key(|one| (one.span, one.kind));
    // Of each, how far it and those before it reach: links apart, as a text may be judged by what they hold.
    let mut ends = (0, 0);
    let ends: Vec<_> = (known.iter())
        .map(|one| {
            let other = if one.kind == URL { &mut ends.0 } else { &mut ends.1 };
            *other = one.span.end.max(*other);
            ends
        })
        .collect();
    more.retain(|one| {
        let place = known.partition_point(|known| known.span.start <= one.span.start);
        let (links, others) =
            place.checked_sub(1).and_then(|last| ends.get(last)).copied().unwrap_or_default();
        others < one.span.end && (one.kind != URL || links < one.span.end)
    });
    found.append(&mut more);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const A: Kind = Kind::new("a");
    const B: Kind = Kind::new("b");

    fn found(kind: Kind, start: usize, end: usize) -> Found {
        Found { kind, span: Span::new(start, end) }
    }

    #[test]
    fn of_two_that_overlap_the_longer_stays() {
        let mut all = vec![found(A, 0, 5), found(B, 3, 10), found(A, 10, 11)];
        resolve(&mut all);
        assert_eq!(all, [found(B, 3, 10), found(A, 10, 11)]);
    }

    #[test]
    fn of_equals_the_first_kind_stays() {
        let mut all = vec![found(B, 0, 5), found(A, 0, 5)];
        resolve(&mut all);
        assert_eq!(all, [found(A, 0, 5)]);
    }

    #[test]
    fn a_group_selects_its_kinds_and_no_others() {
        let dni = Kind::new("national-id:es-dni");
        assert!(
            dni.is_selected_by("national-id") && dni.is_selected_by("pii") && !dni.is_selected_by("national")
        );
        let secret = Kind::new("secret:aws");
        assert!(
            secret.is_selected_by("secret")
                && secret.is_selected_by("secret:aws")
                && !secret.is_selected_by("pii")
        );
        assert_eq!((dni.label().as_str(), secret.label().as_str()), ("NATIONAL_ID", "SECRET"));
    }

    proptest! {
        #[test]
        fn what_remains_is_apart_and_does_not_depend_on_the_order(
            spans in prop::collection::vec((0_usize..40, 0_usize..12, prop::bool::ANY), 0..12),
        ) {
            let mut one: Vec<_> =
                spans.iter().map(|(at, len, kind)| found(if *kind { A } else { B }, *at, at + len)).collect();
            let mut other: Vec<_> = one.iter().rev().copied().collect();
            resolve(&mut one);
            resolve(&mut other);
            prop_assert!(one.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
            prop_assert_eq!(one, other);
        }
    }
}
