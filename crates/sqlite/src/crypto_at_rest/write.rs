//! Writing replacements.

use super::spec::Statements;
use super::value::{bind_cell, bind_key};
use crate::domain::store_error;
use sqlx::{AssertSqlSafe, SqliteConnection};
use stockade_core::StoreError;
use stockade_crypto_at_rest::walk::{Replaced, Replacement};

/// Rows in one statement: three values each for one column, thirty-three for sixteen, far below SQLite's bound of 32 766. More would
/// not be faster.
const ROWS: usize = 64;

/// Makes each replacement whose row still has the cells that were read.
pub(super) async fn replace(
    connection: &mut SqliteConnection,
    statements: &Statements,
    replacements: &[Replacement<'_>],
) -> Result<Vec<Replaced>, StoreError> {
    let mut outcomes = Vec::with_capacity(replacements.len());
    for chunk in replacements.chunks(ROWS) {
        let made = update(connection, statements, chunk).await?;
        if made == chunk.len() as u64 {
            outcomes.extend(chunk.iter().map(|_| Replaced::Done));
            continue;
        }
        for replacement in chunk {
            outcomes.push(outcome(connection, statements, replacement).await?);
        }
    }
    Ok(outcomes)
}

async fn update(
    connection: &mut SqliteConnection,
    statements: &Statements,
    chunk: &[Replacement<'_>],
) -> Result<u64, StoreError> {
    let row = format!("(?{})", ", ?".repeat(2 * statements.cells));
    let rows = vec![row; chunk.len()].join(", ");
    let sql = format!("{}{rows}{}", statements.walked, statements.update);
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for replacement in chunk {
        query = bind_key(query, replacement.key);
        for cell in replacement.old.iter().chain(replacement.new) {
            query = bind_cell(query, cell);
        }
    }
    // A prepared statement for full chunks; the others have too many lengths to keep one for each.
    let query = query.persistent(chunk.len() == ROWS);
    Ok(query.execute(connection).await.map_err(store_error)?.rows_affected())
}

/// What became of one replacement among several, of which not all were made: it was, if the row now has the new cells.
async fn outcome(
    connection: &mut SqliteConnection,
    statements: &Statements,
    replacement: &Replacement<'_>,
) -> Result<Replaced, StoreError> {
    let query = sqlx::query(AssertSqlSafe(statements.replaced.clone()));
    let query = replacement.new.iter().fold(bind_key(query, replacement.key), bind_cell);
    let found = query.fetch_optional(connection).await.map_err(store_error)?;
    Ok(if found.is_some() { Replaced::Done } else { Replaced::Changed })
}
