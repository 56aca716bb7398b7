//! Writing replacements.

use super::kind::as_cell;
use super::statements::Statements;
use crate::domain::store_error;
use sqlx::AssertSqlSafe;
use sqlx::Row as _;
use sqlx::postgres::PgConnection;
use stockade_core::StoreError;
use stockade_crypto_at_rest::walk::{Replaced, Replacement};

/// Makes each replacement whose row still has the cells that were read, all in one statement: a row that the application is just
/// writing is waited for, and then looked at anew.
pub(super) async fn replace(
    connection: &mut PgConnection,
    statements: &Statements,
    replacements: &[Replacement<'_>],
) -> Result<Vec<Replaced>, StoreError> {
    if replacements.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<_> = replacements.iter().map(|replacement| as_cell(replacement.key)).collect();
    let query = sqlx::query(AssertSqlSafe(statements.replace.clone()));
    let mut query = statements.key.bind_all(query, keys.iter().map(Some))?;
    for (place, kind) in statements.cells.iter().enumerate() {
        query = kind.bind_all(query, replacements.iter().map(|replacement| replacement.old.get(place)))?;
        query = kind.bind_all(query, replacements.iter().map(|replacement| replacement.new.get(place)))?;
    }
    let rows = query.fetch_all(connection).await.map_err(store_error)?;
    let mut outcomes = vec![Replaced::Changed; replacements.len()];
    for row in &rows {
        let place: i64 = row.try_get(0).map_err(store_error)?;
        let place = usize::try_from(place).ok().and_then(|place| place.checked_sub(1));
        let outcome = place.and_then(|place| outcomes.get_mut(place));
        *outcome.ok_or_else(|| StoreError::corrupt("a row was replaced that nobody named"))? = Replaced::Done;
    }
    Ok(outcomes)
}
