//! Our own templates: a line is a text with slots, a definition says what may stand in a slot.
//!
//! `[family 12]` opens a family whose lines are each written up to 12 times; `@name = one | two` defines, and a line that begins
//! with `|` adds to the definition above; `{name}` is a slot; `\n` is a line end; `#` opens a comment.

use super::random::Random;
use crate::Failure;
use std::collections::{BTreeMap, BTreeSet};

/// A slot within a slot may go so deep.
const DEEPEST: usize = 8;

/// A text made of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) family: String,
    pub(super) text: String,
    /// The number of its line among all templates: texts of one line are near to each other.
    pub(super) line: usize,
}

#[derive(Debug, Default)]
pub(super) struct Grammar {
    slots: BTreeMap<String, Vec<String>>,
    /// Family, how many of each, template.
    templates: Vec<(String, usize, String)>,
}

impl Grammar {
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let mut grammar = Self::default();
        let (mut family, mut times, mut slot) = (String::new(), 1, String::new());
        for (number, line) in text.lines().enumerate() {
            let wrong = |what: &str| Failure::other(format!("line {} of a grammar: {what}", number + 1));
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(head) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'))
                && let Some((name, count)) = head.rsplit_once(' ')
                && let Ok(count) = count.parse()
            {
                (family, times) = (name.to_owned(), count);
            } else if let Some(definition) = line.strip_prefix('@') {
                let (name, choices) = definition.split_once('=').ok_or_else(|| wrong("no `=`"))?;
                slot = name.trim().to_owned();
                if grammar.slots.insert(slot.clone(), split(choices)).is_some() {
                    return Err(wrong("defined twice"));
                }
            } else if let Some(more) = line.strip_prefix('|') {
                grammar
                    .slots
                    .get_mut(&slot)
                    .ok_or_else(|| wrong("no definition to add to"))?
                    .extend(split(more));
            } else {
                grammar.templates.push((family.clone(), times, line.replace("\\n", "\n")));
            }
        }
        Ok(grammar)
    }

    /// All texts, in the order of the templates; the same for the same seed.
    pub(super) fn write(&self, seed: u64) -> Result<Vec<Made>, Failure> {
        let mut made = Vec::new();
        for (line, (family, times, template)) in self.templates.iter().enumerate() {
            let mut random = Random::new(seed ^ (line as u64 + 1).wrapping_mul(0x2545_f491_4f6c_dd1d));
            let mut texts = BTreeSet::new();
            for _ in 0..*times {
                let text = self.fill(template, &mut random, 0)?;
                if texts.insert(text.clone()) {
                    made.push(Made { family: family.clone(), text, line });
                }
            }
        }
        Ok(made)
    }

    fn fill(&self, template: &str, random: &mut Random, depth: usize) -> Result<String, Failure> {
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let name = after.split_once('}').map(|(name, _)| name).filter(|name| is_name(name));
            let Some(name) = name else {
                text.push('{');
                rest = after;
                continue;
            };
            let choices = self.slots.get(name).filter(|_| depth < DEEPEST);
            let choice = choices.and_then(|choices| random.pick(choices));
            let choice = choice.ok_or_else(|| Failure::other(format!("nothing for the slot `{name}`")))?;
            text.push_str(&self.fill(choice, random, depth + 1)?);
            rest = after.get(name.len() + 1..).unwrap_or_default();
        }
        text.push_str(rest);
        Ok(text)
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn split(choices: &str) -> Vec<String> {
    choices.split('|').map(|choice| choice.trim().replace("\\n", "\n").replace("\\p", "|")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str =
        "# comment\n@who = {one} | two\n| three\n@one = a\\nb\n[family 9]\nhello {who} {\"json\": 1}\nbye\n";

    #[test]
    fn slots_are_filled_and_other_braces_stay() {
        let made = Grammar::parse(SMALL).unwrap().write(1).unwrap();
        let texts: BTreeSet<_> = made.iter().map(|made| made.text.as_str()).collect();
        let all = ["bye", "hello a\nb {\"json\": 1}", "hello three {\"json\": 1}", "hello two {\"json\": 1}"];
        assert_eq!(texts, BTreeSet::from(all));
        assert_eq!(made, Grammar::parse(SMALL).unwrap().write(1).unwrap());
    }

    #[test]
    fn a_slot_that_leads_to_itself_or_nowhere_is_an_error() {
        assert!(Grammar::parse("@a = {a}\n[f 1]\n{a}").unwrap().write(1).is_err());
        assert!(Grammar::parse("[f 1]\n{b}").unwrap().write(1).is_err());
    }
}
