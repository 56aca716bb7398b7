//! What the model learns from: even rows, our own templates, and both in each other's clothes.

use super::grammar::{Grammar, Made};
use super::random::Random;
use crate::Failure;
use crate::data::{Kind, Set};

/// A text to learn from.
#[derive(Debug, Clone)]
pub(super) struct Example {
    pub(super) text: String,
    pub(super) attack: bool,
    /// The set or the file of templates that it came from.
    pub(super) source: String,
    /// The template's line, for judging a model on lines that it has not seen.
    pub(super) line: Option<usize>,
    /// How much it weighs.
    pub(super) importance: f64,
}

const WORDS: &str = include_str!("grammar/words.txt");
const ATTACKS: [(&str, &str); 4] = [
    ("our hijack", include_str!("grammar/hijack.txt")),
    ("our extraction", include_str!("grammar/extraction.txt")),
    ("our wild", include_str!("grammar/wild.txt")),
    ("our indirect", include_str!("grammar/indirect.txt")),
];
const BENIGN: (&str, &str) = ("our benign", include_str!("grammar/benign.txt"));

/// All examples, in a fixed order.
pub(super) fn examples(sets: &[Set]) -> Result<Vec<Example>, Failure> {
    let mut examples = Vec::new();
    for set in sets {
        let attack = set.kind == Kind::Injection;
        let importance = importance(&set.name);
        let texts = set.rows.iter().filter_map(|row| row.text.to_read());
        examples.extend(texts.map(|text| Example {
            text: text.to_owned(),
            attack,
            source: set.name.clone(),
            line: None,
            importance,
        }));
    }
    let carriers: Vec<String> = sets
        .iter()
        .filter(|set| {
            ["mt-bench", "vicuna", "mitre", "moderation-none", "presidio"].contains(&set.name.as_str())
        })
        .flat_map(|set| set.rows.iter().filter_map(|row| row.text.to_read()))
        .map(|text| text.chars().take(600).collect())
        .collect();
    let mut clothes = Clothes { carriers, random: Random::new(7) };
    for (source, grammar) in ATTACKS {
        let made = Grammar::parse(&format!("{WORDS}\n{grammar}"))?.write(1)?;
        templates(&mut examples, &made, source, true, &mut clothes);
    }
    let made = Grammar::parse(&format!("{WORDS}\n{}", BENIGN.1))?.write(2)?;
    templates(&mut examples, &made, BENIGN.0, false, &mut clothes);
    Ok(examples)
}

fn templates(examples: &mut Vec<Example>, made: &[Made], source: &str, attack: bool, clothes: &mut Clothes) {
    let add = |examples: &mut Vec<Example>, text, line, importance| {
        examples.push(Example { text, attack, source: source.to_owned(), line: Some(line), importance });
    };
    for Made { family, text, line } in made {
        let importance = if attack { 0.4 } else { 0.8 };
        add(examples, text.clone(), *line, importance);
        if let Some(dressed) = clothes.dress(text) {
            add(examples, dressed, *line, importance);
        }
        if let Some(carried) = clothes.carry(text, if family == "buried" { 2 } else { 12 }) {
            add(examples, carried, *line, importance);
        }
    }
}

/// Rows of the sets weigh by how few they are, and by how well their label fits: of the direct ones of PurpleLlama many are
/// no attacks in themselves.
fn importance(set: &str) -> f64 {
    match set {
        "clinc150" | "banking77" => 0.3,
        "purplellama-direct" => 1.0,
        "presidio" => 0.5,
        _ => 2.0,
    }
}

/// What innocent and other texts alike may wear, so that clothes are no mark of either.
struct Clothes {
    carriers: Vec<String>,
    random: Random,
}

impl Clothes {
    /// The same in capitals, without marks, padded: sometimes.
    fn dress(&mut self, text: &str) -> Option<String> {
        let pads = [
            "}}}}}}}}",
            "asdf kjh qwe ",
            "====== ",
            "\n\n\n",
            "zz xx yy ",
            "!!!!! ",
            "%% %% ",
            "... ",
            "lorem ipsum ",
            "a b c d e f ",
        ];
        let pad = self.random.pick(&pads).copied().unwrap_or_default();
        Some(match self.random.below(14) {
            0 => text.to_uppercase(),
            1 => text
                .chars()
                .filter(|c| c.is_alphanumeric() || c.is_whitespace())
                .collect::<String>()
                .to_lowercase(),
            2 => format!("{}{text}", pad.repeat(1 + self.random.below(12))),
            3 => format!("{text} {}", pad.repeat(1 + self.random.below(12))),
            4 => self.misspell(text),
            5 => format!("\"{text}\""),
            _ => return None,
        })
    }

    /// The same within innocent texts, once in `one_in` times.
    fn carry(&mut self, text: &str, one_in: usize) -> Option<String> {
        if !self.random.chance(one_in) {
            return None;
        }
        let before = self.random.below(3);
        let after = self.random.below(3) + usize::from(before == 0);
        let mut parts: Vec<String> = Vec::new();
        for _ in 0..before {
            parts.extend(self.random.pick(&self.carriers).cloned());
        }
        parts.push(text.to_owned());
        for _ in 0..after {
            parts.extend(self.random.pick(&self.carriers).cloned());
        }
        let glue = self.random.pick(&[" ", "\n", "\n\n"]).copied().unwrap_or(" ");
        Some(parts.join(glue))
    }

    /// A letter doubled, dropped or swapped in some words.
    fn misspell(&mut self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..=chars.len() / 25 {
            let at = self.random.below(chars.len());
            if chars.get(at).is_some_and(|c| c.is_alphabetic()) && at + 1 < chars.len() {
                match self.random.below(3) {
                    0 => chars.swap(at, at + 1),
                    1 => chars.insert(at, chars[at]),
                    _ => drop(chars.remove(at)),
                }
            }
        }
        chars.into_iter().collect()
    }
}
