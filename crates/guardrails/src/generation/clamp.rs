//! Holding a request to a policy.

use super::policy::CallerSystem;
use super::{GenerationPolicy, Refused, TokenEstimate};
use crate::chat::{ChatRequest, ChatRole, Message};

/// One thing that was changed. It says what, and by numbers how, never what was said.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// The operator's prompt was put first.
    SystemPrompt,
    /// A caller's message in the operator's name became one of the user.
    Demoted {
        /// The place of the message in the request.
        message: usize,
    },
    /// The temperature was lowered, or set where there was none.
    Temperature {
        /// What was asked for.
        from: Option<f64>,
        /// What it is.
        to: f64,
    },
    /// The bound of the answer was lowered, or set where there was none.
    OutputTokens {
        /// What was asked for.
        from: Option<u32>,
        /// What it is.
        to: u32,
    },
    /// Fewer answers than asked for.
    Choices {
        /// What was asked for.
        from: u32,
        /// What it is.
        to: u32,
    },
    /// The first model of the list was taken, for want of a wish.
    Model,
    /// The definition of a tool was replaced by the operator's own.
    Tool {
        /// The place of the tool in the request.
        tool: usize,
    },
}

/// A request that a policy allows.
#[must_use = "the request that was passed in is the caller's wish, not this"]
#[derive(Debug, Clone, PartialEq)]
pub struct Clamped {
    /// What may be sent.
    pub request: ChatRequest,
    /// What is different from what was asked.
    pub changes: Vec<Change>,
    /// How many tokens the request has.
    pub input: TokenEstimate,
}

impl Clamped {
    /// The most tokens that the request and its answers are thought to cost: what a [`Budget`](super::Budget) is asked for.
    #[must_use]
    pub fn cost(&self) -> u64 {
        let answer = u64::from(self.request.max_tokens.unwrap_or(u32::MAX));
        let answers = u64::from(self.request.choices.unwrap_or(1));
        self.input.likely.saturating_add(answer.saturating_mul(answers))
    }
}

impl GenerationPolicy {
    /// Holds `request` to this policy. Numbers are lowered to their caps; what cannot be made fit is refused.
    ///
    /// In what it gives back the operator's prompt is the only message in the operator's name, and temperature, bound of the answer
    /// and number of answers are set, so that no default of a provider can exceed the caps.
    ///
    /// # Errors
    /// [`Refused`]: a message in the operator's name (unless [`Demote`](CallerSystem::Demote)d), too many messages or tokens, a
    /// model or a tool that is not on the list, a number that is none.
    pub fn clamp(&self, request: &ChatRequest) -> Result<Clamped, Refused> {
        if request.messages.len() > self.max_messages {
            return Err(Refused::TooManyMessages(self.max_messages));
        }
        let input = self.measure(request)?;
        let mut changes = Vec::new();
        let mut held = ChatRequest {
            model: self.model(request.model.as_deref(), &mut changes)?,
            messages: self.messages(&request.messages, &mut changes)?,
            temperature: Some(self.temperature(request.temperature, &mut changes)?),
            max_tokens: Some(self.output_tokens(request.max_tokens, &mut changes)?),
            choices: Some(self.choices(request.choices, &mut changes)?),
            stop: self.stops(&request.stop)?,
            tools: Vec::with_capacity(request.tools.len()),
        };
        for (tool, definition) in request.tools.iter().enumerate() {
            let own = self.tools.check_definition(definition)?;
            if own != *definition {
                changes.push(Change::Tool { tool });
            }
            held.tools.push(own);
        }
        Ok(Clamped { request: held, changes, input })
    }

    /// Before anything is copied.
    fn measure(&self, request: &ChatRequest) -> Result<TokenEstimate, Refused> {
        let mut input = TokenEstimate::of_request(request);
        if let Some(prompt) = &self.system_prompt {
            input = input.plus(TokenEstimate::of_message(prompt));
        }
        if input.likely > u64::from(self.max_input_tokens) {
            return Err(Refused::TooLong { estimate: input.likely, at_most: self.max_input_tokens });
        }
        Ok(input)
    }

    fn messages(&self, wanted: &[Message], changes: &mut Vec<Change>) -> Result<Vec<Message>, Refused> {
        let mut messages = Vec::with_capacity(wanted.len() + 1);
        if let Some(prompt) = &self.system_prompt {
            messages.push(Message::system(prompt));
            changes.push(Change::SystemPrompt);
        }
        for (index, message) in wanted.iter().enumerate() {
            let mut message = message.clone();
            if message.role.commands() {
                match self.caller_system {
                    CallerSystem::Refuse => return Err(Refused::CallerSystem(index)),
                    CallerSystem::Demote => {
                        message.role = ChatRole::User;
                        changes.push(Change::Demoted { message: index });
                    }
                }
            }
            messages.push(message);
        }
        if !messages.iter().any(|message| matches!(message.role, ChatRole::User | ChatRole::Tool)) {
            return Err(Refused::NothingAsked);
        }
        Ok(messages)
    }

    fn model(&self, wanted: Option<&str>, changes: &mut Vec<Change>) -> Result<Option<String>, Refused> {
        match wanted {
            Some(name) if name.is_empty() || name.len() > Self::MAX_MODEL_NAME => Err(Refused::Model),
            Some(name) if self.models.is_empty() || self.models.iter().any(|allowed| allowed == name) => {
                Ok(Some(name.to_owned()))
            }
            Some(_) => Err(Refused::Model),
            None => {
                let first = self.models.first().cloned();
                changes.extend(first.as_ref().map(|_| Change::Model));
                Ok(first)
            }
        }
    }

    fn temperature(&self, wanted: Option<f64>, changes: &mut Vec<Change>) -> Result<f64, Refused> {
        if wanted.is_some_and(|degree| !degree.is_finite() || degree < 0.0) {
            return Err(Refused::Number("temperature"));
        }
        let to = wanted.map_or(self.max_temperature, |degree| degree.min(self.max_temperature));
        if wanted != Some(to) {
            changes.push(Change::Temperature { from: wanted, to });
        }
        Ok(to)
    }

    fn output_tokens(&self, wanted: Option<u32>, changes: &mut Vec<Change>) -> Result<u32, Refused> {
        if wanted == Some(0) {
            return Err(Refused::Number("max_tokens"));
        }
        let to = wanted.map_or(self.max_output_tokens, |tokens| tokens.min(self.max_output_tokens));
        if wanted != Some(to) {
            changes.push(Change::OutputTokens { from: wanted, to });
        }
        Ok(to)
    }

    fn choices(&self, wanted: Option<u32>, changes: &mut Vec<Change>) -> Result<u32, Refused> {
        let from = wanted.unwrap_or(1);
        if from == 0 {
            return Err(Refused::Number("n"));
        }
        let to = from.min(self.max_choices);
        if from != to {
            changes.push(Change::Choices { from, to });
        }
        Ok(to)
    }

    fn stops(&self, wanted: &[String]) -> Result<Vec<String>, Refused> {
        let fits = |stop: &String| !stop.is_empty() && stop.len() <= Self::MAX_STOP;
        if wanted.len() > self.max_stops || !wanted.iter().all(fits) {
            return Err(Refused::Stops);
        }
        Ok(wanted.to_vec())
    }
}
