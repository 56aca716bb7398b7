//! Asking the assistant: `POST /v1/chat`. What was said, both ways, is kept sealed; that it was said is on record.

mod assistant;
mod conversation;
mod remote;
mod review;
mod unconnected;

pub(crate) use assistant::Assistant;
pub(crate) use remote::Place;
pub(crate) use review::list;

use crate::access::{CHAT_ASK, ChatUse, Visit};
use crate::clinic::Clinic;
use crate::ids::ChatId;
use crate::store::{ChatRow, millis};
use axum::extract::State;
use conversation::Conversation;
use serde::{Deserialize, Serialize};
use stockade::axum::{Json, Rejection};
use stockade::core::{Problem, Secret};
use stockade::guardrails::{Action, Direction, Reply, Withheld};

/// What is said where a policy withholds something and has no words of its own.
const NO_WORDS: &str = "I cannot help with that here.";

#[derive(Serialize)]
pub(crate) struct Told {
    id: ChatId,
    #[serde(flatten)]
    said: Said,
}

/// What the assistant said, as it is answered and as it is kept.
#[derive(Serialize, Deserialize)]
struct Said {
    reply: String,
    /// Null where the reply is the model's.
    withheld: Option<WhatAndWhy>,
}

/// What did not pass, so that a policy speaks in its place.
#[derive(Serialize, Deserialize)]
struct WhatAndWhy {
    /// `input`: the question, and the model was not asked; `output`: its answer.
    what: String,
    /// `block`, or `escalate` where a person should look.
    action: String,
    rules: Vec<String>,
}

/// `POST /v1/chat`
pub(crate) async fn ask(
    visit: Visit<ChatUse>,
    State(clinic): State<Clinic>,
    Json(conversation): Json<Conversation>,
) -> Result<Json<Told>, Rejection> {
    let request = conversation.to_request()?;
    let now = clinic.clock.now();
    let id = ChatId::generate(now, &*clinic.entropy).map_err(Problem::from)?;
    let cells = clinic.vault.chat(id);
    {
        let _writing = clinic.writes.begin();
        let row = ChatRow {
            id,
            author: visit.principal().subject().to_string(),
            asked: cells.asked.seal(&kept(&conversation)?)?,
            said: None,
            created_at: millis(now),
        };
        let change = clinic.store.add_chat(&clinic.tenant, row).await;
        let event = visit.event(&clinic, CHAT_ASK, id.resource())?;
        clinic.keep(change.map_err(|error| Rejection::of(&error))?, event).await?;
    }
    let caller = visit.caller(conversation.country.as_deref());
    let reply = clinic.assistant.ask(&caller, &request).await.map_err(|error| Rejection::of(&error))?;
    let said = Said::from(reply);
    let _writing = clinic.writes.begin();
    let sealed = cells.said.seal(&kept(&said)?)?;
    let answered = clinic.store.answer_chat(&clinic.tenant, id, sealed).await;
    answered.map_err(|error| Rejection::of(&error))?;
    Ok(Json(Told { id, said }))
}

/// As it is sealed.
fn kept<T: Serialize>(what: &T) -> Result<Secret<String>, Problem> {
    serde_json::to_string(what).map(Secret::new).map_err(|_| Problem::internal())
}

impl From<Reply> for Said {
    fn from(reply: Reply) -> Self {
        match reply {
            Reply::Answered { answer, .. } => Self { reply: answer.content, withheld: None },
            Reply::Withheld(withheld) => Self {
                reply: withheld.say.as_deref().unwrap_or(NO_WORDS).to_owned(),
                withheld: Some(WhatAndWhy::from(&withheld)),
            },
        }
    }
}

impl From<&Withheld> for WhatAndWhy {
    fn from(withheld: &Withheld) -> Self {
        let what = match withheld.direction {
            Direction::Input => "input",
            Direction::Output => "output",
        };
        let action = match withheld.verdict.action {
            Action::Escalate => "escalate",
            _ => "block",
        };
        let rules = withheld.verdict.rules().into_iter().map(|rule| rule.as_str().to_owned()).collect();
        Self { what: what.to_owned(), action: action.to_owned(), rules }
    }
}
