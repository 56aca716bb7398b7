use super::*;
use sqlx::Row;
use stockade_core::{Action, Outcome, Resource, UnixMillis};

#[tokio::test]
async fn no_query_sorts_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path().join("db")).await.unwrap();
    let time = UnixMillis::from_millis(7);
    let queries = [
        Query::new(),
        Query::new().by("user-1".parse().unwrap()),
        Query::new().on_kind("account"),
        Query::new().on(&Resource::new("account", 1)),
        Query::new().with_action(Action::LOGIN),
        Query::new().with_outcome(Outcome::Error),
        Query::new().from(time).to(time),
        Query::new().by("user-1".parse().unwrap()).with_action(Action::LOGIN).from(time),
    ];
    for query in queries {
        let sql = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", select(&query).sql().as_str()));
        let plan = sqlx::query(sql).fetch_all(store.readers()).await.unwrap();
        let plan: Vec<String> = plan.iter().map(|step| step.get("detail")).collect();
        assert_eq!(plan.len(), 1, "one search and no sorting: {plan:?}");
        let indexed = query.actor().is_some() || query.resource_id().is_some();
        let indexed = indexed || query.action().is_some() || query.outcome().is_some();
        assert_eq!(plan[0].contains("USING INDEX"), indexed, "{query:?}: {plan:?}");
    }
}
