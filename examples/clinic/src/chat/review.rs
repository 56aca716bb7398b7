//! Reading what was said, by who may: `GET /v1/admin/chats`. Being read is on record, too.

use super::Said;
use super::conversation::Conversation;
use crate::access::{CHAT_REVIEW, ChatReview, Visit};
use crate::clinic::Clinic;
use crate::ids::ChatId;
use crate::store::{ChatRow, MAX_ROWS};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use stockade::axum::{Json, Query, Rejection};
use stockade::core::{Resource, Secret, SubjectId};
use stockade_crypto_at_rest::field::FieldError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    author: Option<SubjectId>,
    before: Option<ChatId>,
}

#[derive(Serialize)]
pub(crate) struct Page {
    chats: Vec<Chat>,
    /// The `before` of the next page; null on the last one.
    next_before: Option<ChatId>,
}

/// One question and what was said to it.
#[derive(Serialize)]
struct Chat {
    id: ChatId,
    author: String,
    asked: Conversation,
    /// Null where the model gave no answer, or the clinic ended before it came.
    said: Option<Said>,
    created_at: i64,
}

/// `GET /v1/admin/chats?author=…&before=…`: newest first.
pub(crate) async fn list(
    visit: Visit<ChatReview>,
    State(clinic): State<Clinic>,
    Query(listing): Query<Listing>,
) -> Result<Json<Page>, Rejection> {
    let on = match &listing.author {
        Some(author) => Resource::new("account", author),
        None => Resource::new("tenant", &clinic.tenant),
    };
    let event = visit.event(&clinic, CHAT_REVIEW, on)?;
    let rows = clinic.store.chats(&clinic.tenant, listing.author.as_ref(), listing.before).await;
    let rows = rows.map_err(|error| Rejection::of(&error))?;
    let page = rows.iter().take(MAX_ROWS as usize).map(|row| Chat::open(&clinic, row));
    match page.collect::<Result<Vec<_>, _>>() {
        Ok(chats) => {
            clinic.record(event.with("found", chats.len())).await?;
            let more = rows.len() > chats.len();
            Ok(Json(Page { next_before: chats.last().filter(|_| more).map(|last| last.id), chats }))
        }
        Err(error) => Err(clinic.unreadable(event, &error).await),
    }
}

impl Chat {
    fn open(clinic: &Clinic, row: &ChatRow) -> Result<Self, FieldError> {
        let cells = clinic.vault.chat(row.id);
        Ok(Self {
            id: row.id,
            author: row.author.clone(),
            asked: read(&cells.asked.open(&row.asked)?)?,
            said: row.said.as_ref().map(|said| read(&cells.said.open(said)?)).transpose()?,
            created_at: row.created_at,
        })
    }
}

/// Opens only to what this program wrote, so that anything else is as good as altered.
fn read<T: serde::de::DeserializeOwned>(text: &Secret<String>) -> Result<T, FieldError> {
    serde_json::from_str(text.expose()).map_err(|_| FieldError::Context)
}
