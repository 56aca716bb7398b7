//! The security log.

#[cfg(test)]
mod tests;

use crate::Sqlite;
use crate::domain::{column, integer, store_error};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, SqliteConnection};
use stockade_audit::{AuditStore, Entry, Page, Query, Record, Sequence};
use stockade_core::{Event, StoreError};

/// Rows in one statement: eight values each, far below SQLite's bound of 32 766. More would not be faster.
const ROWS: usize = 64;

#[async_trait::async_trait]
impl AuditStore for Sqlite {
    async fn append(&self, events: Vec<Event>) -> Result<Vec<Sequence>, StoreError> {
        let entries = events.into_iter().map(Entry::new).collect::<Result<Vec<_>, _>>()?;
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = self.write().await?;
        let last = last_sequence(&mut transaction).await?;
        let places = Sequence::following(last, entries.len())?;
        let rows: Vec<_> = places.iter().copied().zip(&entries).collect();
        for rows in rows.chunks(ROWS) {
            insert(&mut transaction, rows).await?;
        }
        transaction.commit().await.map_err(store_error)?;
        Ok(places)
    }

    async fn page(&self, query: &Query) -> Result<Page, StoreError> {
        let rows = select(query).build().fetch_all(self.readers()).await.map_err(store_error)?;
        let found = rows.iter().map(record).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(found, query.limit()))
    }
}

async fn last_sequence(connection: &mut SqliteConnection) -> Result<Option<Sequence>, StoreError> {
    let last: Option<i64> = sqlx::query_scalar("SELECT max(sequence) FROM audit_events")
        .fetch_one(connection)
        .await
        .map_err(store_error)?;
    last.map(sequence).transpose()
}

async fn insert(connection: &mut SqliteConnection, rows: &[(Sequence, &Entry)]) -> Result<(), StoreError> {
    let mut sql = QueryBuilder::new(
        "INSERT INTO audit_events (sequence, at, actor, action, outcome, resource_kind, resource_id, body) ",
    );
    sql.push_values(rows, |mut row, (sequence, entry)| {
        let event = entry.event();
        row.push_bind(integer(sequence.as_u64()))
            .push_bind(integer(event.at.as_millis()))
            .push_bind(event.actor.as_ref().map(|actor| actor.as_str()))
            .push_bind(event.action.as_str())
            .push_bind(event.outcome.as_str())
            .push_bind(event.resource.as_ref().map(|resource| &*resource.kind))
            .push_bind(event.resource.as_ref().map(|resource| &*resource.id))
            .push_bind(entry.body());
    });
    // Prepared statements for single events and full statements, the common cases; what is in between has too many lengths to
    // keep one for each.
    let query = sql.build().persistent(matches!(rows.len(), 1 | ROWS));
    query.execute(connection).await.map(drop).map_err(store_error)
}

/// Every value is bound; only these literals become SQL (ASVS 1.2.4).
fn select(query: &Query) -> QueryBuilder<sqlx::Sqlite> {
    let mut sql = QueryBuilder::new("SELECT sequence, body FROM audit_events WHERE TRUE");
    if let Some(actor) = query.actor() {
        sql.push(" AND actor = ").push_bind(actor.as_str());
    }
    if let Some(kind) = query.resource_kind() {
        sql.push(" AND resource_kind = ").push_bind(kind);
    }
    if let Some(id) = query.resource_id() {
        sql.push(" AND resource_id = ").push_bind(id);
    }
    if let Some(action) = query.action() {
        sql.push(" AND action = ").push_bind(action.as_str());
    }
    if let Some(outcome) = query.outcome() {
        sql.push(" AND outcome = ").push_bind(outcome.as_str());
    }
    if let Some(since) = query.since() {
        sql.push(" AND at >= ").push_bind(integer(since.as_millis()));
    }
    if let Some(until) = query.until() {
        sql.push(" AND at < ").push_bind(integer(until.as_millis()));
    }
    if let Some(before) = query.before() {
        sql.push(" AND sequence < ").push_bind(integer(before.as_u64()));
    }
    sql.push(" ORDER BY sequence DESC LIMIT ").push_bind(integer(query.limit() as u64 + 1));
    sql
}

fn record(row: &SqliteRow) -> Result<Record, StoreError> {
    Ok(Record { sequence: sequence(column(row, "sequence")?)?, event: Entry::read(column(row, "body")?)? })
}

fn sequence(place: i64) -> Result<Sequence, StoreError> {
    let place = u64::try_from(place).ok().and_then(Sequence::new);
    place.ok_or_else(|| StoreError::corrupt("an audit event has no place"))
}
