//! Finding the table.

use super::kind::Kind;
use super::statements::Statements;
use super::{SealedTable, SealedTableError, TableSpec};
use crate::Postgres;
use crate::domain::{column, store_error};
use std::collections::HashMap;
use stockade_core::StoreError;

struct Found {
    kind: String,
    is_key: bool,
}

impl Postgres {
    /// A table that the application keeps in this database, ready to be walked.
    ///
    /// # Errors
    /// See [`SealedTableError`].
    pub async fn sealed_table(&self, spec: &TableSpec) -> Result<SealedTable, SealedTableError> {
        spec.validate()?;
        let columns = self.decide(|| self.columns_of(spec)).await?;
        if columns.is_empty() {
            return Err(SealedTableError::NoTable { table: spec.table.clone() });
        }
        let kind = |name: &String| {
            let found =
                columns.get(name).ok_or_else(|| SealedTableError::NoColumn { column: name.clone() })?;
            let alien = || SealedTableError::Kind { column: name.clone(), kind: found.kind.clone() };
            Kind::of(&found.kind).ok_or_else(alien)
        };
        let key = kind(&spec.key)?;
        let tenant = spec.tenant.as_ref().map(kind).transpose()?;
        let cells = spec.cells.iter().map(kind).collect::<Result<_, _>>()?;
        if !columns.get(&spec.key).is_some_and(|found| found.is_key) {
            return Err(SealedTableError::NotAKey { column: spec.key.clone() });
        }
        Ok(SealedTable { store: self.clone(), statements: Statements::new(spec, key, tenant, cells) })
    }

    /// The columns of a table or a partitioned table, with types of PostgreSQL's own by their names.
    async fn columns_of(&self, spec: &TableSpec) -> Result<HashMap<String, Found>, StoreError> {
        let rows = sqlx::query(
            "SELECT attname::text AS name,
                 CASE typnamespace WHEN 'pg_catalog'::regnamespace THEN typname::text
                     ELSE format('%s.%s', typnamespace::regnamespace, typname) END AS kind,
                 attnotnull AND EXISTS (SELECT 1 FROM pg_index WHERE indrelid = pg_class.oid AND indisunique
                     AND indisvalid AND indpred IS NULL AND indnkeyatts = 1 AND indkey[0] = attnum) AS is_key
             FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                 JOIN pg_attribute ON attrelid = pg_class.oid JOIN pg_type ON pg_type.oid = atttypid
             WHERE nspname = $1 AND relname = $2 AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped",
        )
        .bind(&*spec.schema)
        .bind(&*spec.table)
        .fetch_all(self.pool())
        .await
        .map_err(store_error)?;
        let mut found = HashMap::with_capacity(rows.len());
        for row in &rows {
            let kind = column(row, "kind")?;
            found.insert(column(row, "name")?, Found { kind, is_key: column(row, "is_key")? });
        }
        Ok(found)
    }
}
