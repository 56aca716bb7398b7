//! Which rules the hits of a text can fire at all.

use super::Rule;
use super::book::{Book, Use, What};
use crate::policy::Applies;
use crate::{Direction, Hit, TermId};

/// What hits of each term say of texts that go one way.
pub(super) struct Claims {
    /// The rules that a term is an item of, one term after the other.
    list: Vec<Claim>,
    /// For each term, where its part of the list ends; it starts where that of the term before ends.
    ends: Vec<u32>,
    /// Whether a rule or one of the contexts that rules ask about knows the term.
    matters: Vec<bool>,
}

/// One rule, and a bit for each of its items.
#[derive(Debug, Clone, Copy)]
struct Claim {
    rule: u32,
    items: u8,
}

impl Claims {
    /// Of the rules that `looks` lets through. `uses` has what each term means.
    pub(super) fn new<'u>(
        rules: &[Rule],
        uses: impl Iterator<Item = &'u [Use]>,
        looks: impl Fn(&Rule) -> bool,
    ) -> Self {
        let asked = rules.iter().filter(|rule| looks(rule)).fold(0, |asked, rule| asked | rule.unless);
        let looks = |place: usize| rules.get(place).is_some_and(&looks);
        let (mut list, mut ends, mut matters) = (Vec::new(), Vec::new(), Vec::new());
        for uses in uses {
            for one in uses {
                if let What::Item { rule, items } = one.what
                    && looks(rule)
                {
                    list.push(Claim { rule: u32::try_from(rule).unwrap_or(u32::MAX), items });
                }
            }
            ends.push(u32::try_from(list.len()).unwrap_or(u32::MAX));
            matters.push(uses.iter().any(|one| match one.what {
                What::Item { rule, .. } | What::Not { rule } => looks(rule),
                What::Before(context) | What::After(context) | What::Stop(context) => {
                    asked & 1 << context != 0
                }
            }));
        }
        Self { list, ends, matters }
    }

    fn of(&self, term: TermId) -> &[Claim] {
        let term = term.0 as usize;
        let end = self.ends.get(term).copied().unwrap_or(0);
        let start = term.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.list.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// Which of the two tables is of texts that go this way.
fn way(direction: Direction) -> usize {
    usize::from(direction == Direction::Output)
}

/// The tables of both ways; `applies` says which policy looks at which.
pub(super) fn both<'u, I: Iterator<Item = &'u [Use]>>(
    rules: &[Rule],
    uses: impl Fn() -> I,
    applies: &[Applies],
) -> [Claims; 2] {
    [Direction::Input, Direction::Output].map(|direction| {
        Claims::new(rules, uses(), |rule| {
            applies.get(rule.policy).is_some_and(|applies| applies.to(direction))
        })
    })
}

impl Book {
    /// Whether a hit of `term` can change anything for a text that goes this way. Most terms of everyday speech cannot, where the rules that have
    /// them look the other way.
    pub(crate) fn matters(&self, term: TermId, direction: Direction) -> bool {
        self.claims[way(direction)].matters.get(term.0 as usize).copied().unwrap_or(false)
    }

    /// For each rule whether there is a hit for every item of it, so that it may fire; `None` if there is none such. In most texts most rules
    /// miss their rarest item, and what remains is to be judged for the others alone.
    pub(crate) fn live(
        &self,
        hits: &[Hit],
        direction: Direction,
        active: impl Fn(&Rule) -> bool,
    ) -> Option<Vec<bool>> {
        let claims = &self.claims[way(direction)];
        let mut met = vec![0_u8; self.rules.len()];
        for hit in hits {
            for claim in claims.of(hit.term) {
                if let Some(met) = met.get_mut(claim.rule as usize) {
                    *met |= claim.items;
                }
            }
        }
        let live: Vec<bool> = (self.rules.iter().zip(met))
            .map(|(rule, met)| met != 0 && met.count_ones() as usize == rule.items && active(rule))
            .collect();
        live.contains(&true).then_some(live)
    }
}

#[cfg(test)]
mod tests {
    use crate::guard::check::Draft;
    use crate::rule::{Evaluation, View};
    use crate::{Ask, Guard, Hit, Policy, Span};
    use proptest::prelude::*;
    use std::sync::OnceLock;

    fn policies() -> Vec<Policy> {
        Policy::shipped_names().map(|name| Policy::shipped(name).unwrap()).collect()
    }

    fn shipped() -> &'static Guard {
        static SHIPPED: OnceLock<Guard> = OnceLock::new();
        SHIPPED.get_or_init(|| Guard::builder().policies(policies()).build().unwrap())
    }

    fn words() -> &'static [String] {
        static WORDS: OnceLock<Vec<String>> = OnceLock::new();
        WORDS.get_or_init(|| {
            let policies = policies();
            let lists = policies.iter().flat_map(|policy| &policy.body.lists);
            let terms = lists.flat_map(|list| &list.terms).map(|term| term.text.clone());
            terms.chain(["no", ".", "\"", ",", "88", "years ago", "the"].map(str::to_owned)).collect()
        })
    }

    /// Every hit, and every rule that looks this way.
    fn unpruned(hits: &[Hit], text: &str, ask: &Ask<'_>) -> Vec<(usize, Span)> {
        let (inner, view) = (&shipped().inner, View::whole(text));
        let active = |_, rule: &crate::rule::Rule| inner.applies(rule, ask) && rule.is_for(ask);
        let mut evaluation = Evaluation::new(&inner.book, active);
        hits.iter().for_each(|hit| evaluation.feed(hit, view));
        evaluation.finish(view).fired.iter().map(|fired| (fired.rule, fired.span)).collect()
    }

    fn check(text: &str) -> usize {
        let mut fired = 0;
        for ask in [Ask::input(), Ask::output(), Ask::input().role("clinician")] {
            let mut hits = Vec::new();
            let _ = shipped().lexicon().scan(text, &mut hits);
            let mut draft = Draft::new(&shipped().inner, &ask);
            draft.rules(&hits, text);
            assert_eq!(draft.found, unpruned(&hits, text, &ask), "{text:?}");
            fired += draft.found.len();
        }
        fired
    }

    #[test]
    fn what_policies_promise_fires_with_and_without_the_rules_that_cannot() {
        let policies = policies();
        let tests = policies.iter().flat_map(|policy| &policy.body.tests);
        let texts: Vec<&str> = tests.map(|test| test.text.as_str()).collect();
        assert!(texts.iter().map(|text| check(text)).sum::<usize>() > texts.len() / 4);
        let _ = check(&texts.join("\n"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn rules_that_miss_an_item_change_nothing(
            words in prop::collection::vec(prop::sample::select(words()), 0..60),
            separator in prop::sample::select(vec![" ", ", ", ". ", ".", "\n"]),
        ) {
            let _ = check(&words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(separator));
        }
    }
}
