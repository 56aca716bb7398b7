use super::*;
use crate::Sqlite;
use sqlx::{AssertSqlSafe, Row as _};

async fn plan(store: &Sqlite, sql: &str) -> Vec<String> {
    let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let steps = sqlx::query(sql).fetch_all(&store.writer).await.unwrap();
    steps.iter().map(|step| step.get("detail")).collect()
}

#[tokio::test]
async fn no_statement_reads_or_sorts_the_whole_table() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path().join("db")).await.unwrap();
    for (table, key) in
        [("a", "id INTEGER PRIMARY KEY"), ("b", "id TEXT PRIMARY KEY"), ("walked", "id UNIQUE NOT NULL")]
    {
        let create = format!("CREATE TABLE {table} ({key}, target BLOB, key TEXT)");
        sqlx::query(AssertSqlSafe(create)).execute(&store.writer).await.unwrap();
        let spec = TableSpec::new(table, "id").cell("target").cell("key");
        let sealed = store.sealed_table(&spec).await.unwrap();
        let Statements { first, next, walked, update, replaced, .. } = sealed.statements;
        assert!(plan(&store, &first).await.iter().all(|step| !step.contains("B-TREE")), "{first}");
        for sql in [&*next, &*replaced] {
            let plan = plan(&store, sql).await;
            assert!(plan.len() == 1 && plan[0].starts_with(&format!("SEARCH {table}")), "{sql}: {plan:?}");
        }
        let row = "(1, 2, 3, 4, 5)";
        let plan = plan(&store, &format!("{walked}{row}, {row}{update}")).await;
        assert!(plan.iter().any(|step| step.starts_with("SEARCH target USING")), "{plan:?}");
        assert!(plan.iter().all(|step| !step.starts_with("SCAN target")), "{plan:?}");
    }
}
