//! From the file to a checked policy.

use super::file::{ContextFile, PolicyFile, RuleFile};
use super::limits::{
    DEFAULT_WITHIN, MAX_ANSWER, MAX_CONTEXTS, MAX_ITEMS, MAX_LINE, MAX_LISTS, MAX_NAME, MAX_POLICY_BYTES,
    MAX_REACH, MAX_RULES, MAX_TERMS, MAX_TESTS, MAX_WITHIN,
};
use super::{Body, List, Policy, PolicyError, Range, RuleBody, term};
use crate::{Action, RuleId, context};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Policy {
    /// Reads a policy. What it costs is linear in `text`; nothing is compiled yet.
    ///
    /// # Errors
    /// [`PolicyError`] for more than [`MAX_POLICY_BYTES`], for what is no TOML, for a key that the language does not have, for
    /// names that are not defined or defined twice, for a policy that could find nothing since it has neither rules nor a threshold on a
    /// model's score, and for figures out of their range.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if text.len() > MAX_POLICY_BYTES {
            return Err(PolicyError::TooLarge { size: text.len(), limit: MAX_POLICY_BYTES });
        }
        let file: PolicyFile = toml::from_str(text).map_err(|error| PolicyError::syntax(text, &error))?;
        name("name", &file.name)?;
        line("description", &file.description)?;
        at_most("rules", file.rule.len(), MAX_RULES)?;
        at_most("tests", file.test.len(), MAX_TESTS)?;
        at_most("contexts", file.context.len(), MAX_CONTEXTS)?;
        for (key, answer) in &file.answers {
            name("answers", key)?;
            at_most(&format!("answer `{key}`: bytes"), answer.len(), MAX_ANSWER)?;
        }
        let (names, lists) = lists(&file)?;
        for (key, written) in &file.context {
            name("context", key)?;
            check_context(key, written)?;
        }
        let mut ids = BTreeSet::new();
        let mut rules = Vec::with_capacity(file.rule.len());
        for written in &file.rule {
            let place = format!("rule `{}`", written.id);
            name(&place, &written.id)?;
            if !ids.insert(&written.id) {
                return Err(PolicyError::invalid(place, "the id is used twice"));
            }
            rules.push(rule(&file, &names, written).map_err(|problem| PolicyError::invalid(place, problem))?);
        }
        for test in &file.test {
            if let Some(unknown) = test.rules.iter().find(|id| !ids.contains(id)) {
                return Err(PolicyError::invalid("test", format!("no rule is called `{unknown}`")));
            }
        }
        let mut thresholds = Vec::new();
        for score in &file.score {
            share("score", score.at)?;
            thresholds.push((score.at, score.action));
        }
        // A file that was cut off before its rules would let everything pass.
        if rules.is_empty() && (file.model.is_none() || thresholds.is_empty()) {
            return Err(PolicyError::invalid("rules", "there are none, and no score of a model either"));
        }
        Ok(Self {
            body: Arc::new(Body {
                name: file.name.into(),
                version: file.version,
                description: file.description,
                applies: file.direction,
                on_failure: file.on_failure,
                model: file.model,
                lists,
                contexts: file.context.into_iter().collect(),
                rules,
                thresholds,
                tests: file.test,
            }),
        })
    }
}

type Names<'a> = BTreeMap<&'a str, usize>;

fn lists(file: &PolicyFile) -> Result<(Names<'_>, Vec<List>), PolicyError> {
    at_most("lists", file.terms.len() + file.measure.len(), MAX_LISTS)?;
    let (mut names, mut lists, mut terms) = (BTreeMap::new(), Vec::new(), 0);
    let written = file.terms.iter().map(|(key, terms)| (key, terms, None));
    let measured = file.measure.iter().map(|measure| (&measure.name, &measure.terms, Some(measure)));
    for (key, written, measure) in written.chain(measured) {
        let place = format!("list `{key}`");
        name(&place, key)?;
        let range =
            match measure {
                None => None,
                Some(measure) => Some(range(measure.above, measure.below).ok_or_else(|| {
                    PolicyError::invalid(&place, "needs `above`, `below`, or both in order")
                })?),
            };
        let list = List { terms: term::read(&place, written)?, range };
        terms += list.terms.len();
        at_most("terms", terms, MAX_TERMS)?;
        if names.insert(key.as_str(), lists.len()).is_some() {
            return Err(PolicyError::invalid(place, "the name is used twice"));
        }
        lists.push(list);
    }
    Ok((names, lists))
}

fn range(above: Option<f64>, below: Option<f64>) -> Option<Range> {
    let range = Range { above: above.unwrap_or(f64::NEG_INFINITY), below: below.unwrap_or(f64::INFINITY) };
    ((above.is_some() || below.is_some()) && range.above < range.below).then_some(range)
}

fn rule(file: &PolicyFile, names: &Names<'_>, written: &RuleFile) -> Result<RuleBody, String> {
    name("reason", &written.reason).map_err(|error| error.to_string())?;
    let find = |list: &str| {
        names.get(list.trim()).copied().ok_or_else(|| format!("no list is called `{}`", list.trim()))
    };
    let all =
        written.all.iter().map(|item| item.split('|').map(find).collect()).collect::<Result<Vec<_>, _>>()?;
    let not = written.not.iter().map(|list| find(list)).collect::<Result<Vec<_>, _>>()?;
    if all.is_empty() == written.detect.is_empty() {
        return Err("needs either `all` or `detect`".to_owned());
    }
    if all.len() > MAX_ITEMS {
        return Err(format!("has more than {MAX_ITEMS} items"));
    }
    if written.detect.iter().any(|kind| kind.is_empty() || kind.len() > MAX_NAME) || written.detect.len() > 64
    {
        return Err("has a detector without a usable name, or too many of them".to_owned());
    }
    let over_lists = !written.unless.is_empty() || !not.is_empty();
    if over_lists && !written.detect.is_empty() {
        return Err("`unless` and `not` are for rules over lists".to_owned());
    }
    let within = written.within.unwrap_or(DEFAULT_WITHIN);
    if within > MAX_WITHIN {
        return Err(format!("`within` is more than {MAX_WITHIN}"));
    }
    for context in &written.unless {
        if !file.context.contains_key(context) && context::builtin(context).is_none() {
            return Err(format!("no context is called `{context}`"));
        }
    }
    if let Some(score) = written.score {
        share("score", score).map_err(|error| error.to_string())?;
    }
    let answer = match &written.answer {
        None => None,
        Some(_) if written.action < Action::Block => {
            return Err(
                "an answer is given instead of a text that may not pass: `block` or `escalate`".to_owned()
            );
        }
        Some(key) => {
            Some(file.answers.get(key).ok_or_else(|| format!("no answer is called `{key}`"))?.as_str().into())
        }
    };
    Ok(RuleBody {
        id: RuleId::new(&file.name, &written.id),
        reason: written.reason.as_str().into(),
        action: written.action,
        answer,
        all,
        not,
        detect: written.detect.clone(),
        within: (within != 0).then_some(within),
        ordered: written.ordered,
        unless: written.unless.clone(),
        score: written.score,
        roles: written.roles.clone(),
        topics: written.topics.clone(),
    })
}

fn check_context(key: &str, written: &ContextFile) -> Result<(), PolicyError> {
    let place = format!("context `{key}`");
    for terms in [&written.before, &written.after, &written.stop] {
        term::read(&place, terms)?;
    }
    let empty = written.before.is_empty() && written.after.is_empty() && written.stop.is_empty();
    if empty && context::builtin(key).is_none() {
        return Err(PolicyError::invalid(place, "has no terms"));
    }
    match written.reach {
        Some(reach) if reach == 0 || reach > MAX_REACH => {
            Err(PolicyError::invalid(place, format!("`reach` is not from 1 to {MAX_REACH}")))
        }
        _ => Ok(()),
    }
}

/// The terms of a context, which were checked when the policy was read.
pub(crate) fn context_terms(written: &[String]) -> Vec<crate::Term> {
    term::read("context", written).unwrap_or_default()
}

fn name(place: &str, name: &str) -> Result<(), PolicyError> {
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    let rest = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if starts && rest && name.len() <= MAX_NAME {
        return Ok(());
    }
    Err(PolicyError::invalid(place, format!("`{}` is no name of the form a-z, 0-9, -", name.escape_debug())))
}

fn line(place: &str, text: &str) -> Result<(), PolicyError> {
    at_most(&format!("{place}: bytes"), text.len(), MAX_LINE)?;
    match text.contains(char::is_control) {
        true => Err(PolicyError::invalid(place, "is not one line")),
        false => Ok(()),
    }
}

fn share(place: &str, value: f32) -> Result<(), PolicyError> {
    match (0.0..=1.0).contains(&value) {
        true => Ok(()),
        false => Err(PolicyError::invalid(place, "is not from 0 to 1")),
    }
}

fn at_most(place: &str, count: usize, limit: usize) -> Result<(), PolicyError> {
    match count > limit {
        true => Err(PolicyError::invalid(place, format!("{count} are more than {limit}"))),
        false => Ok(()),
    }
}
