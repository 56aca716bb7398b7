use super::*;
use sqlx::{AssertSqlSafe, Execute, PgConnection};
use stockade_core::{Action, Outcome, Resource, UnixMillis};
use stockade_testkit::servers;

async fn plan(connection: &mut PgConnection, mut query: QueryBuilder<sqlx::Postgres>) -> String {
    let mut built = query.build();
    let arguments = built.take_arguments().unwrap().unwrap_or_default();
    let sql = AssertSqlSafe(format!("EXPLAIN {}", built.sql().as_str()));
    let steps = sqlx::query_with(sql, arguments).fetch_all(connection).await.unwrap();
    steps.iter().map(|step| step.get::<String, _>(0) + "\n").collect()
}

#[tokio::test]
async fn no_query_sorts_the_log() {
    let Some(server) = servers::postgres() else { return };
    let database = server.empty_database().unwrap();
    let store = Postgres::connect(&database.url()).await.unwrap();
    let mut connection = store.pool().acquire().await.unwrap();
    // On an empty table PostgreSQL would read it whole and sort nothing: what it can do is asked, not what it would do now.
    sqlx::raw_sql("SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off")
        .execute(&mut *connection)
        .await
        .unwrap();
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
        let plan = plan(&mut connection, select(&query)).await;
        assert!(plan.contains("Index Scan Backward") && !plan.contains("Sort"), "{query:?}: {plan}");
    }
}
