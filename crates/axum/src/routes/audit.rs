use crate::{Json, Query, Rejection, Require};
use axum::Router;
use axum::extract::FromRef;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use std::sync::Arc;
use stockade_audit::{AuditLog, Cursor, Page, Query as AuditQuery, Record, Sequence};
use stockade_core::{Event, Problem, UnixMillis};
use stockade_rbac::{NamedPermission, Permission, Policy};

/// `audit:read`: may read the security log.
#[derive(Debug)]
pub struct AuditRead;

impl NamedPermission for AuditRead {
    const PERMISSION: Permission = Permission::literal("audit:read");
}

/// `GET /v1/admin/audit?actor=&action=&outcome=&from=&to=&limit=&cursor=`: the security log, newest first, for who holds
/// [`AuditRead`].
///
/// All parameters are optional, and each condition that is given must hold. `from` (inclusive) and `to` (exclusive) are
/// milliseconds since 1970 in UTC; `limit` is 1 to 200, by default 50. A parameter that is unknown, stands twice or is malformed is
/// refused with 400: a filter that is ignored in silence shows an auditor the wrong events.
///
/// The answer is `{"events":[{"sequence",…}],"next_cursor":…}`, where `next_cursor` is null on the last page, and otherwise the
/// `cursor` of the next one; a page holds still while new events arrive.
pub fn audit_router<S>(log: AuditLog) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Policy>: FromRef<S>,
{
    let list = async move |_: Require<AuditRead>, Query(filter): Query<Filter>| list(&log, filter).await;
    Router::new().route("/v1/admin/audit", get(list))
}

async fn list(log: &AuditLog, filter: Filter) -> Result<Json<Listing>, Rejection> {
    let page = log.query(&filter.into_query()?).await.map_err(|error| Rejection::of(&error))?;
    Ok(Json(Listing::from(page)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    actor: Option<String>,
    action: Option<String>,
    outcome: Option<String>,
    from: Option<u64>,
    to: Option<u64>,
    limit: Option<usize>,
    cursor: Option<String>,
}

impl Filter {
    fn into_query(self) -> Result<AuditQuery, Problem> {
        let mut query = AuditQuery::new();
        if let Some(actor) = parsed("actor", self.actor)? {
            query = query.by(actor);
        }
        if let Some(action) = parsed("action", self.action)? {
            query = query.with_action(action);
        }
        if let Some(outcome) = parsed("outcome", self.outcome)? {
            query = query.with_outcome(outcome);
        }
        if let Some(from) = self.from {
            query = query.from(UnixMillis::from_millis(from));
        }
        if let Some(to) = self.to {
            query = query.to(UnixMillis::from_millis(to));
        }
        if let Some(limit) = self.limit {
            query = query.with_limit(limit).map_err(|error| Problem::from(&error))?;
        }
        if let Some(cursor) = self.cursor {
            let cursor: Cursor = cursor.parse().map_err(|error| Problem::from(&error))?;
            query = query.after(cursor);
        }
        Ok(query)
    }
}

fn parsed<T: FromStr>(field: &'static str, text: Option<String>) -> Result<Option<T>, Problem> {
    text.map(|text| text.parse())
        .transpose()
        .map_err(|_| Problem::invalid_field(field, "invalid", "this value is not of the right kind"))
}

#[derive(Serialize)]
struct Listing {
    events: Vec<Line>,
    next_cursor: Option<Cursor>,
}

#[derive(Serialize)]
struct Line {
    sequence: Sequence,
    #[serde(flatten)]
    event: Event,
}

impl From<Page> for Listing {
    fn from(page: Page) -> Self {
        let line = |Record { sequence, event }| Line { sequence, event };
        Self { events: page.records.into_iter().map(line).collect(), next_cursor: page.next }
    }
}
