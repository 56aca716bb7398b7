//! For which place a field is sealed.

use super::{FieldError, Padding};
use stockade_core::{SealContext, TenantId};

/// The most bytes of a table's or a column's name; SQLite and PostgreSQL's own names are shorter.
const MAX_NAME: usize = 128;
/// The most bytes of a row's id.
const MAX_ROW: usize = 1024;
/// The most parts, and bytes in them, of a context of [`stockade_core::Seal`].
const MAX_OWNER: (usize, usize) = (16, 4096);

/// A column whose cells are sealed. Declared once, as a constant.
///
/// Its names are part of what every cell is sealed for, so renaming the column in the database leaves the constant as it was.
/// A name is 1 to 128 bytes; another is refused by the first seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Column {
    table: &'static str,
    name: &'static str,
    padding: Padding,
}

impl Column {
    /// The column `name` of `table`, not padded.
    #[must_use]
    pub const fn new(table: &'static str, name: &'static str) -> Self {
        Self { table, name, padding: Padding::None }
    }

    /// Hides the length of what is sealed from now on. What was sealed without padding, or with another, opens as before;
    /// [`Fields::reseal`](super::Fields::reseal) pads what was not.
    #[must_use]
    pub const fn padded(self, padding: Padding) -> Self {
        Self { padding, ..self }
    }

    /// The cell of one row. `tenant` is a [`TenantId`] or [`Tenant::Global`]; `row` is the row's key, a text, a whole number or
    /// bytes: what does not change for as long as the row lives.
    #[must_use]
    pub fn row<'a>(&self, tenant: impl Into<Tenant<'a>>, row: impl Into<RowId<'a>>) -> FieldContext<'a> {
        FieldContext(Place::Row { column: *self, tenant: tenant.into(), row: row.into() })
    }

    /// The column with **equal texts sealed to equal bytes**, so that the database can compare them, join on them and hold them
    /// unique.
    ///
    /// Whoever reads the table then sees which rows of a tenant have the same value and how often each value occurs, which for
    /// few values (a diagnosis, a country) is as good as the values. A cell also opens in every other row of its tenant's column.
    /// Equality holds under one key: between a rotation and the end of the walk that reseals the column, equal texts under the
    /// old and the new key differ. A [`BlindIndex`](super::BlindIndex) leaks less and survives rotation: prefer it.
    ///
    /// A deterministic cell does not open as a random one, nor the other way round.
    #[must_use]
    pub const fn danger_deterministic(self) -> DeterministicColumn {
        DeterministicColumn(self)
    }

    pub(super) fn table(&self) -> &'static str {
        self.table
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn check(&self) -> Result<(), FieldError> {
        let fits = |name: &str| (1..=MAX_NAME).contains(&name.len());
        if fits(self.table) && fits(self.name) { Ok(()) } else { Err(FieldError::Context) }
    }
}

/// A column whose equal texts are sealed to equal bytes: see [`Column::danger_deterministic`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DeterministicColumn(Column);

impl DeterministicColumn {
    /// Every cell of the tenant in this column. No row: it would make equal texts differ.
    #[must_use]
    pub fn all_rows<'a>(&self, tenant: impl Into<Tenant<'a>>) -> FieldContext<'a> {
        FieldContext(Place::AnyRow { column: self.0, tenant: tenant.into() })
    }
}

/// Whose row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tenant<'a> {
    /// One organisation's, of several in the table.
    Of(&'a TenantId),
    /// Nobody's in particular: the table knows no tenants. Spelled out, so that leaving the tenant away is a decision.
    Global,
}

impl<'a> From<&'a TenantId> for Tenant<'a> {
    fn from(tenant: &'a TenantId) -> Self {
        Self::Of(tenant)
    }
}

impl<'a> Tenant<'a> {
    /// Empty for [`Tenant::Global`], which no [`TenantId`] is.
    pub(super) fn as_bytes(&self) -> &'a [u8] {
        match self {
            Self::Of(tenant) => tenant.as_str().as_bytes(),
            Self::Global => &[],
        }
    }
}

/// The key of a row. The three kinds are never equal: the text `7` and the number 7 are two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RowId<'a> {
    /// 1 to 1024 bytes of text.
    Text(&'a str),
    /// A whole number.
    Number(i64),
    /// 1 to 1024 bytes, such as those of a UUID.
    Bytes(&'a [u8]),
}

impl<'a> From<&'a str> for RowId<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for RowId<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for RowId<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for RowId<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for RowId<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl<'a> From<&'a [u8]> for RowId<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for RowId<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::Bytes(bytes)
    }
}

/// The place that a field is sealed for, made by [`Column::row`] or [`DeterministicColumn::all_rows`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FieldContext<'a>(Place<'a>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place<'a> {
    Row { column: Column, tenant: Tenant<'a>, row: RowId<'a> },
    AnyRow { column: Column, tenant: Tenant<'a> },
    Secret(SealContext<'a>),
}

impl<'a> FieldContext<'a> {
    /// A secret of another room.
    pub(super) fn secret(context: &SealContext<'a>) -> Self {
        Self(Place::Secret(*context))
    }

    pub(super) fn padding(&self) -> Padding {
        match self.0 {
            Place::Row { column, .. } | Place::AnyRow { column, .. } => column.padding,
            Place::Secret(_) => Padding::None,
        }
    }

    pub(super) fn is_deterministic(&self) -> bool {
        matches!(self.0, Place::AnyRow { .. })
    }

    /// Refuses what is empty (a forgotten row would be everybody's) or too long.
    pub(super) fn check(&self) -> Result<(), FieldError> {
        match &self.0 {
            Place::Row { column, row, .. } => {
                column.check()?;
                match row {
                    RowId::Text(row) => fits(row.len()),
                    RowId::Bytes(row) => fits(row.len()),
                    RowId::Number(_) => Ok(()),
                }
            }
            Place::AnyRow { column, .. } => column.check(),
            Place::Secret(context) => {
                let (parts, bytes) = MAX_OWNER;
                let total = context.owner().iter().map(|part| part.len()).sum::<usize>();
                let good = !context.purpose().is_empty()
                    && context.purpose().len() <= MAX_NAME
                    && context.owner().len() <= parts
                    && total <= bytes;
                if good { Ok(()) } else { Err(FieldError::Context) }
            }
        }
    }

    /// Gives the kind of the context and its parts to `then`.
    pub(super) fn parts<R>(&self, then: impl FnOnce(u8, &[&[u8]]) -> R) -> R {
        match &self.0 {
            Place::Row { column, tenant, row } => {
                let parts = |row| [tenant.as_bytes(), column.table.as_bytes(), column.name.as_bytes(), row];
                match row {
                    RowId::Text(text) => then(1, &parts(text.as_bytes())),
                    RowId::Number(number) => then(2, &parts(&number.to_be_bytes())),
                    RowId::Bytes(bytes) => then(3, &parts(bytes)),
                }
            }
            Place::AnyRow { column, tenant } => {
                then(4, &[tenant.as_bytes(), column.table.as_bytes(), column.name.as_bytes()])
            }
            Place::Secret(context) => {
                let owner = context.owner().iter().map(|part| part.as_bytes());
                let parts: Vec<_> = std::iter::once(context.purpose().as_bytes()).chain(owner).collect();
                then(5, &parts)
            }
        }
    }
}

fn fits(row: usize) -> Result<(), FieldError> {
    if (1..=MAX_ROW).contains(&row) { Ok(()) } else { Err(FieldError::Context) }
}
