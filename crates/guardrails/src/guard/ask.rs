use serde::{Deserialize, Serialize};

/// Which way a text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// To the model.
    Input,
    /// From the model.
    Output,
}

/// What a guard has to know of the one who wrote a text, or who will read it.
///
/// A rule for certain roles or topics holds for those only. Who gives no role (or topic) is taken for any of them where a rule
/// forbids, and for none where it allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask<'a> {
    /// Which way it goes.
    pub direction: Direction,
    /// The role of the person, as the policies call it.
    pub role: Option<&'a str>,
    /// What the conversation is about, as the policies call it.
    pub topic: Option<&'a str>,
    /// The country whose emergency number an answer should name, as ISO 3166-1 alpha-2.
    pub country: Option<&'a str>,
}

impl<'a> Ask<'a> {
    /// A text that goes to the model.
    #[must_use]
    pub fn input() -> Self {
        Self { direction: Direction::Input, role: None, topic: None, country: None }
    }

    /// A text that comes from the model.
    #[must_use]
    pub fn output() -> Self {
        Self { direction: Direction::Output, ..Self::input() }
    }

    /// With the person's role.
    #[must_use]
    pub fn role(self, role: &'a str) -> Self {
        Self { role: Some(role), ..self }
    }

    /// With the topic of the conversation.
    #[must_use]
    pub fn topic(self, topic: &'a str) -> Self {
        Self { topic: Some(topic), ..self }
    }

    /// With the country that the person is in.
    #[must_use]
    pub fn country(self, country: &'a str) -> Self {
        Self { country: Some(country), ..self }
    }
}
