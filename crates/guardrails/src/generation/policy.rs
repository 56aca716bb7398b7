//! The bounds of one role.

use super::tool::ToolPolicy;
use serde::Deserialize;

/// What a request of one role may ask for. [`clamp`](Self::clamp) holds a request to it.
///
/// The default suits a general assistant: no system prompt, temperature up to 1, 1024 tokens of answer, one answer, no tools.
/// In a configuration file every field may be left out, and an unknown one is refused.
///
/// ```
/// use stockade_guardrails::GenerationPolicy;
/// let policy: GenerationPolicy = toml::from_str("max_output_tokens = 200\nmodels = ['small-1']").unwrap();
/// assert_eq!(policy.validate(), Ok(()));
/// assert!(toml::from_str::<GenerationPolicy>("max_tokens = 200").is_err(), "no such field");
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GenerationPolicy {
    /// What the operator tells the model first. Set before all else; no caller can put another beside it.
    pub system_prompt: Option<String>,
    /// What happens with a message that a caller sends in the operator's name. Default: the request is refused.
    pub caller_system: CallerSystem,
    /// The highest temperature. A request without one gets this one: the provider's own default may be higher. Default 1.
    pub max_temperature: f64,
    /// The most tokens of one answer; a request without a bound gets this one. Default 1024.
    pub max_output_tokens: u32,
    /// The most tokens that a request may have itself, by the upper-leaning estimate. Default 16,384.
    pub max_input_tokens: u32,
    /// The most answers to one request. Default 1.
    pub max_choices: u32,
    /// The most messages of one request. Default 256.
    pub max_messages: usize,
    /// The most stop words. Default 4, as most providers allow.
    pub max_stops: usize,
    /// The only models that may be asked; a request without one gets the first. Default: any.
    pub models: Vec<String>,
    /// The only tools that may be offered to a model, and called by it. Default: none.
    pub tools: ToolPolicy,
}

/// What happens with a message whose role is the operator's (`system`, `developer`) and that came from a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallerSystem {
    /// The request is refused.
    #[default]
    Refuse,
    /// It becomes a message of the user, in its place, and counts as what a user said.
    Demote,
}

/// What is wrong with a [`GenerationPolicy`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GenerationPolicyError {
    /// A number outside its range.
    #[error("`{0}` is not within its range")]
    Range(&'static str),
    /// A text that is empty or too long.
    #[error("`{0}` is empty or too long")]
    Text(&'static str),
}

impl GenerationPolicy {
    /// The longest system prompt, in bytes.
    pub const MAX_SYSTEM_PROMPT: usize = 64 * 1024;
    /// The longest name of a model, in bytes.
    pub const MAX_MODEL_NAME: usize = 128;
    /// The longest stop word, in bytes.
    pub const MAX_STOP: usize = 128;

    /// For answers near to medicine: temperature at most 0.3 and 500 tokens, so that the model neither muses nor rambles.
    #[must_use]
    pub fn medical() -> Self {
        Self { max_temperature: 0.3, max_output_tokens: 500, ..Self::default() }
    }

    /// Says what is wrong, if anything.
    ///
    /// # Errors
    /// The first field outside its range: a temperature from 0 to 2, at least one token, message and answer, at most 128 answers,
    /// 4,096 messages and 16 stop words, and texts of at least one byte.
    pub fn validate(&self) -> Result<(), GenerationPolicyError> {
        use GenerationPolicyError::{Range, Text};
        if !(0.0..=2.0).contains(&self.max_temperature) {
            return Err(Range("max_temperature"));
        }
        if self.max_output_tokens == 0 {
            return Err(Range("max_output_tokens"));
        }
        if self.max_input_tokens == 0 {
            return Err(Range("max_input_tokens"));
        }
        if !(1..=128).contains(&self.max_choices) {
            return Err(Range("max_choices"));
        }
        if !(1..=4096).contains(&self.max_messages) {
            return Err(Range("max_messages"));
        }
        if self.max_stops > 16 {
            return Err(Range("max_stops"));
        }
        if self.system_prompt.as_ref().is_some_and(|text| !fits(text, Self::MAX_SYSTEM_PROMPT)) {
            return Err(Text("system_prompt"));
        }
        if self.models.iter().any(|name| !fits(name, Self::MAX_MODEL_NAME)) {
            return Err(Text("models"));
        }
        Ok(())
    }
}

fn fits(text: &str, at_most: usize) -> bool {
    (1..=at_most).contains(&text.len())
}

impl Default for GenerationPolicy {
    fn default() -> Self {
        Self {
            system_prompt: None,
            caller_system: CallerSystem::Refuse,
            max_temperature: 1.0,
            max_output_tokens: 1024,
            max_input_tokens: 16 * 1024,
            max_choices: 1,
            max_messages: 256,
            max_stops: 4,
            models: Vec::new(),
            tools: ToolPolicy::default(),
        }
    }
}
