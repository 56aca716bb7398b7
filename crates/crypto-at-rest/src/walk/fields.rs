//! Judging rows of sealed fields.

use super::{Cell, Change, Row};
use crate::field::{Column, FieldError, Fields, Reseal, RowId, Tenant};
use stockade_core::TenantId;

/// The judge of a table whose walked columns are sealed fields: `columns` in the order in which the store was given them. The row's
/// primary key must be what the fields were sealed for, and its tenant column the tenant; without such a column it is
/// [`Tenant::Global`].
///
/// Empty cells stay. If one cell of a row does not open, the row has failed as a whole and none of its cells is replaced. A text or a
/// number is no sealed field, and fails: whoever migrates plaintext or Fernet tokens writes a judge for it.
pub fn reseal_fields(
    fields: &Fields,
    columns: &[Column],
) -> impl FnMut(&Row) -> Result<Change, FieldError> + Send {
    move |row| {
        let tenant = row.tenant.as_deref().map(str::parse::<TenantId>).transpose();
        let tenant = tenant.map_err(|_| FieldError::Context)?;
        let tenant = tenant.as_ref().map_or(Tenant::Global, Tenant::Of);
        if columns.len() != row.cells.len() {
            return Err(FieldError::Context);
        }
        let mut stale = false;
        let mut cells = Vec::with_capacity(row.cells.len());
        for (column, cell) in columns.iter().zip(&row.cells) {
            cells.push(match cell {
                Cell::Null => Cell::Null,
                Cell::Text(_) | Cell::Number(_) => return Err(FieldError::NotAnEnvelope),
                Cell::Bytes(sealed) => {
                    match fields.reseal(&column.row(tenant, RowId::from(&row.key)), sealed)? {
                        Reseal::Current => cell.clone(),
                        Reseal::Resealed(sealed) => {
                            stale = true;
                            Cell::Bytes(sealed)
                        }
                    }
                }
            });
        }
        Ok(if stale { Change::Replace(cells) } else { Change::Current })
    }
}
