//! What is scanned, and for what: all of it made here, the same in every run.

use std::fmt::Write;

/// How much a text has, roughly.
pub(super) const SIZE: usize = 256 << 10;

const VERBS: &[&str] = &[
    "ignore all",
    "disregard",
    "forget every one of",
    "override",
    "reveal",
    "print out",
    "repeat back",
    "bypass",
    "switch off",
    "do not follow",
    "stop obeying",
    "leak",
    "show me",
    "translate",
    "encode",
    "summarise word for word",
    "pretend not to have",
    "delete",
    "rewrite",
    "unlock",
    "work around",
    "tell me about",
    "dump",
    "write down",
    "give away",
];

const OBJECTS: &[&str] = &[
    "previous instructions",
    "the rules above",
    "your system prompt",
    "your hidden settings",
    "the safety filter",
    "earlier messages",
    "developer guidelines",
    "the content policy",
    "initial directions",
    "confidential notes",
    "any restrictions",
    "secret keys",
];

/// Three hundred phrases of two to six words.
pub(super) fn phrases() -> Vec<String> {
    VERBS.iter().flat_map(|verb| OBJECTS.iter().map(move |object| format!("{verb} {object}"))).collect()
}

const WORDS: &[&str] = &[
    "the",
    "of",
    "and",
    "a",
    "to",
    "in",
    "is",
    "you",
    "that",
    "it",
    "he",
    "was",
    "for",
    "on",
    "are",
    "as",
    "with",
    "his",
    "they",
    "I",
    "at",
    "be",
    "this",
    "have",
    "from",
    "or",
    "one",
    "had",
    "by",
    "word",
    "but",
    "not",
    "what",
    "all",
    "were",
    "we",
    "when",
    "your",
    "can",
    "said",
    "there",
    "use",
    "an",
    "each",
    "which",
    "she",
    "do",
    "how",
    "their",
    "if",
    "will",
    "up",
    "other",
    "about",
    "out",
    "many",
    "then",
    "them",
    "these",
    "so",
    "some",
    "her",
    "would",
    "make",
    "like",
    "him",
    "into",
    "time",
    "has",
    "look",
    "two",
    "more",
    "write",
    "go",
    "see",
    "number",
    "no",
    "way",
    "could",
    "people",
    "my",
    "than",
    "first",
    "water",
    "been",
    "call",
    "who",
    "oil",
    "its",
    "now",
    "find",
    "long",
    "down",
    "day",
    "did",
    "get",
    "come",
    "made",
    "may",
    "part",
    "doctor",
    "appointment",
    "tomorrow",
    "receive",
    "account",
    "transfer",
    "yesterday",
    "question",
    "important",
    "something",
    "medication",
    "different",
    "instructions",
    "understand",
    "government",
    "performance",
    "available",
    "information",
    "previous",
    "system",
    "settings",
    "development",
    "organisation",
    "restaurant",
    "beautiful",
    "prescription",
    "weather",
    "headache",
    "invoice",
    "language",
    "translate",
    "summary",
];

const FOREIGN: &[&str] = &[
    "привет",
    "сегодня",
    "лекарство",
    "который",
    "можно",
    "врач",
    "γιατρός",
    "σήμερα",
    "φάρμακο",
    "今日は",
    "薬を飲む",
    "元気です",
    "naïveté",
    "déjà",
    "größer",
    "über",
    "señorita",
    "mañana",
    "łódź",
    "český",
    "الدواء",
    "اليوم",
    "🙂",
    "—",
    "“né”",
    "…",
];

/// A sequence that looks random and never changes.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        // Knuth, The Art of Computer Programming, 3.3.4: MMIX.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }

    fn of<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list.get(self.below(list.len())).copied().unwrap_or_default()
    }
}

/// Sentences; `foreign` in a hundred words are none of ASCII.
fn sentences(foreign: usize) -> String {
    let mut dice = Dice::new(7);
    let mut text = String::with_capacity(SIZE + 64);
    while text.len() < SIZE {
        for nth in 0..6 + dice.below(12) {
            if nth > 0 {
                text.push_str(if dice.below(9) == 0 { ", " } else { " " });
            }
            let word = if dice.below(100) < foreign { dice.of(FOREIGN) } else { dice.of(WORDS) };
            match dice.below(60) {
                0 => text.push_str(&word.to_uppercase()),
                1 => _ = write!(text, "{}", dice.below(3000)),
                2 => _ = write!(text, "\"{word}\""),
                3 => _ = write!(text, "{word}'s"),
                4 => _ = write!(text, "well-{word}"),
                _ => text.push_str(word),
            }
        }
        text.push_str(if dice.below(5) == 0 { "?\n" } else { ". " });
    }
    text
}

/// Prose with punctuation, numbers, quotes and lines, all of it ASCII.
pub(super) fn ascii() -> String {
    sentences(0)
}

/// The same, where a fifth of the characters are not ASCII: words in other scripts, accents, emoji.
pub(super) fn mixed() -> String {
    sentences(32)
}

/// The same, where each fifth character is not ASCII, wherever it stands.
pub(super) fn sprinkled() -> String {
    let mut dice = Dice::new(11);
    let others: Vec<char> = FOREIGN.concat().chars().collect();
    let foreign = |c: char, dice: &mut Dice| match dice.below(5) {
        0 => others.get(dice.below(others.len())).copied().unwrap_or(c),
        _ => c,
    };
    sentences(0).chars().map(|c| foreign(c, &mut dice)).collect()
}
