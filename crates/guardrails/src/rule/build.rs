//! From policies to a book.

use super::book::{Book, Context, Rule, TermInfo, Use, What};
use super::claims;
use crate::context::{Spec, specs};
use crate::policy::{Applies, Body, RuleBody};
use crate::{Lexicon, LexiconError, Term, fold};
use std::collections::{BTreeMap, HashMap};

/// How many contexts all rules of a guard may ask about together: a bit for each.
const MAX_CONTEXTS: usize = 64;
/// How many meanings all terms of a guard may have together; the shipped policies need some tens of thousands.
const MAX_USES: usize = 2_000_000;

/// The policies of a guard together are larger than can be compiled.
#[derive(Debug)]
pub(crate) struct TooMuch(pub(crate) &'static str);

#[derive(Default)]
pub(crate) struct BookBuilder {
    places: HashMap<Term, usize>,
    terms: Vec<Term>,
    meanings: Vec<Vec<Use>>,
    needs: Vec<u64>,
    rules: Vec<Rule>,
    applies: Vec<Applies>,
    specs: Vec<Spec>,
    ranges: Vec<crate::policy::Range>,
    slots: usize,
    uses: usize,
}

impl BookBuilder {
    /// Adds the rules of the next policy, which is number `policy`; `detect` gives the places of their detectors.
    pub(crate) fn policy(
        &mut self,
        policy: usize,
        body: &Body,
        mut detect: impl FnMut(&RuleBody) -> Vec<usize>,
    ) -> Result<(), TooMuch> {
        self.applies.push(body.applies);
        let mut range_of = vec![None; body.lists.len()];
        for (place, list) in range_of.iter_mut().zip(&body.lists) {
            if let Some(range) = list.range {
                *place = Some(self.ranges.len());
                self.ranges.push(range);
            }
        }
        for written in &body.rules {
            let rule = self.rules.len();
            let mut unless = 0;
            for name in &written.unless {
                let own = body.contexts.iter().find(|(key, _)| key == name).map(|(_, own)| own);
                for spec in specs(name, own) {
                    unless |= 1 << self.context(spec)?;
                }
            }
            // A term in several lists of an item, or in several items, has one meaning with a bit for each.
            let mut items: BTreeMap<(usize, Option<usize>), u8> = BTreeMap::new();
            for (item, lists) in written.all.iter().enumerate() {
                for (term, range) in self.terms_of(body, &range_of, lists) {
                    *items.entry((term, range)).or_default() |= 1 << item;
                }
            }
            for ((term, range), items) in items {
                self.mean(term, Use { what: What::Item { rule, items }, range })?;
                if let Some(needs) = self.needs.get_mut(term) {
                    *needs |= unless;
                }
            }
            for (term, range) in self.terms_of(body, &range_of, &written.not) {
                self.mean(term, Use { what: What::Not { rule }, range })?;
            }
            let detect = detect(written);
            self.rules.push(Rule {
                policy,
                id: written.id.clone(),
                reason: written.reason.clone(),
                action: written.action,
                answer: written.answer.clone(),
                score: written.score,
                detect,
                roles: written.roles.clone(),
                topics: written.topics.clone(),
                items: written.all.len(),
                first_slot: self.slots,
                within: written.within,
                ordered: written.ordered,
                unless,
                voidable: !written.not.is_empty(),
            });
            self.slots += written.all.len();
        }
        Ok(())
    }

    /// Compiles everything.
    pub(crate) fn build(self) -> Result<Book, LexiconError> {
        let lexicon = match self.terms.is_empty() {
            true => None,
            false => Some(Lexicon::new(&self.terms)?),
        };
        let made_after = (self.specs.iter().enumerate())
            .filter(|(_, spec)| !spec.after.is_empty())
            .fold(0, |mask, (place, _)| mask | 1 << place);
        let (mut terms, mut uses) = (Vec::with_capacity(self.terms.len()), Vec::with_capacity(self.uses));
        let mut longest = 0;
        for ((term, meaning), needs) in self.terms.iter().zip(self.meanings).zip(self.needs) {
            let first = uses.len();
            uses.extend(meaning);
            let len = folded_len(&term.text);
            longest = len.max(longest);
            terms.push(TermInfo { first, end: uses.len(), needs, len, boundary: term.boundary });
        }
        let furthest = self.specs.iter().filter(|spec| !spec.after.is_empty()).map(|spec| spec.reach).max();
        let contexts = self.specs.iter().map(|spec| Context {
            reach: spec.reach,
            ends_at_comma: spec.ends_at_comma,
            quoted: spec.quoted,
        });
        let meanings = || terms.iter().map(|info| uses.get(info.first..info.end).unwrap_or_default());
        let claims = claims::both(&self.rules, meanings, &self.applies);
        Ok(Book {
            claims,
            lexicon,
            rules: self.rules,
            terms,
            uses,
            contexts: contexts.collect(),
            ranges: self.ranges,
            slots: self.slots,
            made_after,
            horizon: furthest.unwrap_or(0).saturating_add(longest),
        })
    }

    fn terms_of(
        &mut self,
        body: &Body,
        range_of: &[Option<usize>],
        lists: &[usize],
    ) -> Vec<(usize, Option<usize>)> {
        let mut places = Vec::new();
        for &list in lists {
            let (Some(terms), Some(&range)) = (body.lists.get(list), range_of.get(list)) else { continue };
            places.extend(terms.terms.iter().map(|term| (self.place(term), range)));
        }
        places
    }

    fn place(&mut self, term: &Term) -> usize {
        if let Some(&place) = self.places.get(term) {
            return place;
        }
        let place = self.terms.len();
        self.places.insert(term.clone(), place);
        self.terms.push(term.clone());
        self.meanings.push(Vec::new());
        self.needs.push(0);
        place
    }

    fn mean(&mut self, term: usize, meaning: Use) -> Result<(), TooMuch> {
        let Some(meanings) = self.meanings.get_mut(term) else { return Ok(()) };
        if meanings.last() != Some(&meaning) {
            meanings.push(meaning);
            self.uses += 1;
        }
        match self.uses > MAX_USES {
            true => Err(TooMuch("meanings of terms")),
            false => Ok(()),
        }
    }

    /// The place of a context, which several policies may share.
    fn context(&mut self, spec: Spec) -> Result<usize, TooMuch> {
        if let Some(place) = self.specs.iter().position(|known| *known == spec) {
            return Ok(place);
        }
        let place = self.specs.len();
        if place == MAX_CONTEXTS {
            return Err(TooMuch("contexts"));
        }
        for (terms, what) in [
            (&spec.before, What::Before(place)),
            (&spec.after, What::After(place)),
            (&spec.stop, What::Stop(place)),
        ] {
            for term in terms {
                let term = self.place(term);
                self.mean(term, Use { what, range: None })?;
            }
        }
        self.specs.push(spec);
        Ok(place)
    }
}

/// How many bytes a term has in the folded text.
fn folded_len(text: &str) -> u32 {
    u32::try_from(fold(text).as_str().len()).unwrap_or(u32::MAX)
}
