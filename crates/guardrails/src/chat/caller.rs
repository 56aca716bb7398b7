//! On whose behalf a model is asked.

use crate::{Ask, Direction};
use stockade_core::{ClientInfo, Event, Principal, RequestId, SubjectId};

/// Who asks, and what a guard and the log have to know of it.
#[derive(Debug, Clone)]
pub struct Caller {
    subject: SubjectId,
    principal: Option<Principal>,
    role: Option<String>,
    topic: Option<String>,
    country: Option<String>,
    client: ClientInfo,
    request_id: Option<RequestId>,
}

impl Caller {
    /// Somebody of whom only the subject is known; it is whose budget is spent.
    #[must_use]
    pub fn new(subject: SubjectId) -> Self {
        Self {
            subject,
            principal: None,
            role: None,
            topic: None,
            country: None,
            client: ClientInfo::unknown(),
            request_id: None,
        }
    }

    /// An authenticated caller: events name its tenant and session, and who acts in its name.
    #[must_use]
    pub fn principal(principal: Principal) -> Self {
        Self { principal: Some(principal.clone()), ..Self::new(principal.subject().clone()) }
    }

    /// The role by which policies are chosen.
    #[must_use]
    pub fn role(self, role: impl Into<String>) -> Self {
        Self { role: Some(role.into()), ..self }
    }

    /// What the conversation is about, as the policies call it.
    #[must_use]
    pub fn topic(self, topic: impl Into<String>) -> Self {
        Self { topic: Some(topic.into()), ..self }
    }

    /// The country whose emergency number an answer should name, as ISO 3166-1 alpha-2.
    #[must_use]
    pub fn country(self, country: impl Into<String>) -> Self {
        Self { country: Some(country.into()), ..self }
    }

    /// From where.
    #[must_use]
    pub fn client(self, client: ClientInfo) -> Self {
        Self { client, ..self }
    }

    /// In which request.
    #[must_use]
    pub fn request(self, id: Option<RequestId>) -> Self {
        Self { request_id: id, ..self }
    }

    /// Whose budget is spent.
    #[must_use]
    pub fn subject(&self) -> &SubjectId {
        &self.subject
    }

    pub(super) fn role_name(&self) -> Option<&str> {
        self.role.as_deref()
    }

    pub(super) fn ask(&self, direction: Direction) -> Ask<'_> {
        Ask {
            role: self.role.as_deref(),
            topic: self.topic.as_deref(),
            country: self.country.as_deref(),
            ..match direction {
                Direction::Input => Ask::input(),
                Direction::Output => Ask::output(),
            }
        }
    }

    pub(super) fn signs(&self, event: Event) -> Event {
        let event = event.from(self.client.clone()).in_request(self.request_id.clone());
        match &self.principal {
            Some(principal) => event.by_principal(principal),
            None => event.by(self.subject.clone()),
        }
    }
}
