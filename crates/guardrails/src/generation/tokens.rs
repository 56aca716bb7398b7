//! How many tokens a text has, without a tokenizer.

use crate::chat::ChatRequest;

/// How many tokens a text has, as nearly as that can be said without the model's own tokenizer.
///
/// `at_most` holds for every byte-level tokenizer (BPE as of GPT, Llama 3, Qwen, Mistral), and for SentencePiece with byte fallback but
/// for its one leading token: no token stands for less than one byte. `likely` leans upwards, so that a budget is overspent by neither prose
/// nor tables: it counts a word of up to six letters as one token and a longer one by fives, each digit, mark and line break as one, and a character
/// outside ASCII as one less than its bytes in UTF-8.
///
/// Against `cl100k_base` and `o200k_base` on 132 English questions and clinical notes it says 1.4 times as many tokens in sum, 1.0 to 1.7 times for
/// all but three short ones, and 0.88 times at the least. It can be too low for long made-up words and keys; what a provider bills is what
/// [`settle`](super::Budget::settle) is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TokenEstimate {
    /// What it has, leaning upwards.
    pub likely: u64,
    /// What it cannot exceed.
    pub at_most: u64,
}

/// Marks around a message that every chat template adds; OpenAI's own guide counts 3, other templates up to 5.
const AROUND_MESSAGE: u64 = 5;

impl TokenEstimate {
    /// Of a text. One pass.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let (mut likely, mut letters, mut spaces) = (0u64, 0u64, 0u64);
        for c in text.chars() {
            if c.is_ascii_alphabetic() {
                letters += 1;
                likely += u64::from(letters == 1 || (letters > 6 && letters % 5 == 2));
                spaces = 0;
                continue;
            }
            letters = 0;
            if c == ' ' {
                // The first of a run joins the word that follows it.
                spaces += 1;
                likely += u64::from(spaces == 2);
                continue;
            }
            spaces = 0;
            likely += if c.is_ascii() { 1 } else { c.len_utf8() as u64 - 1 };
        }
        let at_most = text.len() as u64;
        Self { likely: likely.min(at_most), at_most }
    }

    /// Of one message that says `text`, with the marks around it.
    #[must_use]
    pub fn of_message(text: &str) -> Self {
        Self::of(text).plus(Self { likely: AROUND_MESSAGE, at_most: AROUND_MESSAGE })
    }

    /// Of all messages and tools of a request.
    #[must_use]
    pub fn of_request(request: &ChatRequest) -> Self {
        let mut sum = Self::default();
        for message in &request.messages {
            sum = sum.plus(Self::of_message(&message.content));
            for text in [&message.name, &message.tool_call_id].into_iter().flatten() {
                sum = sum.plus(Self::of(text));
            }
            for call in &message.tool_calls {
                sum = sum.plus(Self::of(&call.name)).plus(Self::of_message(&call.arguments));
            }
        }
        for tool in &request.tools {
            sum = sum.plus(Self::of(&tool.name)).plus(Self::of_message(&tool.parameters.to_string()));
            sum = sum.plus(tool.description.as_deref().map(Self::of).unwrap_or_default());
        }
        sum
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            likely: self.likely.saturating_add(other.likely),
            at_most: self.at_most.saturating_add(other.at_most),
        }
    }
}
