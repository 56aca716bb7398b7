//! The table of questions to the assistant.

use super::{Change, MAX_ROWS, Store, unavailable};
use crate::ids::ChatId;
use stockade::core::{StoreError, SubjectId, TenantId};

/// A question as the table has it.
#[derive(Clone, sqlx::FromRow)]
pub(crate) struct ChatRow {
    #[sqlx(try_from = "String")]
    pub(crate) id: ChatId,
    pub(crate) author: String,
    pub(crate) asked: Vec<u8>,
    pub(crate) said: Option<Vec<u8>>,
    pub(crate) created_at: i64,
}

impl Store {
    pub(crate) async fn add_chat(&self, tenant: &TenantId, row: ChatRow) -> Result<Change, StoreError> {
        let mut change = self.change().await?;
        sqlx::query(
            "INSERT INTO chats (id, tenant, author, asked, said, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(row.id.to_string())
        .bind(tenant.as_str())
        .bind(row.author)
        .bind(row.asked)
        .bind(row.said)
        .bind(row.created_at)
        .execute(&mut *change)
        .await
        .map_err(unavailable)?;
        Ok(Change(change))
    }

    /// Adds what was said to it.
    pub(crate) async fn answer_chat(
        &self,
        tenant: &TenantId,
        id: ChatId,
        said: Vec<u8>,
    ) -> Result<(), StoreError> {
        let mut change = self.change().await?;
        sqlx::query("UPDATE chats SET said = ? WHERE id = ? AND tenant = ? AND said IS NULL")
            .bind(said)
            .bind(id.to_string())
            .bind(tenant.as_str())
            .execute(&mut *change)
            .await
            .map_err(unavailable)?;
        Change(change).commit().await
    }

    /// Questions of `author`, or of everybody, newest first, from `before` on; one more than a page, if there is one.
    pub(crate) async fn chats(
        &self,
        tenant: &TenantId,
        author: Option<&SubjectId>,
        before: Option<ChatId>,
    ) -> Result<Vec<ChatRow>, StoreError> {
        sqlx::query_as(
            "SELECT * FROM chats WHERE tenant = ?1 AND (?2 IS NULL OR author = ?2) AND (?3 IS NULL OR id < ?3) ORDER BY id DESC LIMIT ?4",
        )
        .bind(tenant.as_str())
        .bind(author.map(ToString::to_string))
        .bind(before.map(|id| id.to_string()))
        .bind(MAX_ROWS + 1)
        .fetch_all(&self.readers)
        .await
        .map_err(unavailable)
    }
}
