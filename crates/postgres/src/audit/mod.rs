//! The security log.

#[cfg(test)]
mod tests;

use crate::Postgres;
use crate::domain::{column, integer, store_error};
use sqlx::postgres::PgRow;
use sqlx::{QueryBuilder, Row};
use stockade_audit::{AuditStore, Entry, Page, Query, Record, Sequence};
use stockade_core::{Event, StoreError};

/// One statement for any number of events: it takes their places and fills them, or does neither.
const APPEND: &str = "
    WITH head AS (
        UPDATE stockade.audit_head SET last = last + cardinality($7) RETURNING last - cardinality($7) AS before
    )
    INSERT INTO stockade.audit_events (sequence, at, actor, action, outcome, resource_kind, resource_id, body)
    SELECT head.before + event.place, event.at, event.actor, event.action, event.outcome,
        event.resource_kind, event.resource_id, event.body
    FROM head, unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
        WITH ORDINALITY AS event (at, actor, action, outcome, resource_kind, resource_id, body, place)
    RETURNING sequence";

#[async_trait::async_trait]
impl AuditStore for Postgres {
    async fn append(&self, events: Vec<Event>) -> Result<Vec<Sequence>, StoreError> {
        let entries = events.into_iter().map(Entry::new).collect::<Result<Vec<_>, _>>()?;
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let entries = &entries;
        let rows =
            self.decide(|| async move { insert(entries).fetch_all(self.pool()).await.map_err(store_error) });
        let mut places = rows.await?.iter().map(place).collect::<Result<Vec<_>, _>>()?;
        places.sort_unstable();
        if places.len() != entries.len() {
            return Err(StoreError::corrupt("the log has lost the place of its last event"));
        }
        Ok(places)
    }

    async fn page(&self, query: &Query) -> Result<Page, StoreError> {
        let rows =
            self.decide(|| async { select(query).build().fetch_all(self.pool()).await.map_err(store_error) });
        let found = rows.await?.iter().map(record).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::of(found, query.limit()))
    }
}

type Statement<'a> = sqlx::query::Query<'a, sqlx::Postgres, sqlx::postgres::PgArguments>;

fn insert(entries: &[Entry]) -> Statement<'_> {
    let events = || entries.iter().map(Entry::event);
    let resource = |part: for<'a> fn(&'a stockade_core::Resource) -> &'a str| -> Vec<Option<&str>> {
        events().map(|event| event.resource.as_ref().map(part)).collect()
    };
    sqlx::query(APPEND)
        .bind(events().map(|event| integer(event.at.as_millis())).collect::<Vec<_>>())
        .bind(events().map(|event| event.actor.as_ref().map(|actor| actor.as_str())).collect::<Vec<_>>())
        .bind(events().map(|event| event.action.as_str()).collect::<Vec<_>>())
        .bind(events().map(|event| event.outcome.as_str()).collect::<Vec<_>>())
        .bind(resource(|resource| &resource.kind))
        .bind(resource(|resource| &resource.id))
        .bind(entries.iter().map(Entry::body).collect::<Vec<_>>())
}

/// Every value is bound; only these literals become SQL (ASVS 1.2.4).
fn select(query: &Query) -> QueryBuilder<sqlx::Postgres> {
    let mut sql = QueryBuilder::new("SELECT sequence, body FROM stockade.audit_events WHERE TRUE");
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

fn record(row: &PgRow) -> Result<Record, StoreError> {
    Ok(Record { sequence: place(row)?, event: Entry::read(column(row, "body")?)? })
}

fn place(row: &PgRow) -> Result<Sequence, StoreError> {
    let place: i64 = row.try_get("sequence").map_err(store_error)?;
    let place = u64::try_from(place).ok().and_then(Sequence::new);
    place.ok_or_else(|| StoreError::corrupt("an audit event has no place"))
}
