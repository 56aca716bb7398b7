//! Which table, and which columns of it.

use super::SealedTableError;

/// Names a table, its key, and the columns that are walked, each as PostgreSQL keeps it: `patients` is not `Patients`.
///
/// Names are of `A–Z a–z 0–9 _`, do not begin with a digit, and have at most 63 characters: they become SQL, and nothing else may.
///
/// ```
/// use stockade_postgres::TableSpec;
/// let patients = TableSpec::new("patients", "id").tenant("tenant").cell("name").cell("notes");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    pub(super) schema: String,
    pub(super) table: String,
    pub(super) key: String,
    pub(super) tenant: Option<String>,
    pub(super) cells: Vec<String>,
}

impl TableSpec {
    /// The most characters of a name: PostgreSQL's own bound (`NAMEDATALEN` - 1).
    pub const MAX_NAME: usize = 63;

    /// The most columns that are walked.
    pub const MAX_CELLS: usize = 16;

    /// The table `table` of the schema `public` with the primary key, or the unique column without NULLs, `key`: a whole number, a
    /// text, bytes or a UUID.
    #[must_use]
    pub fn new(table: impl Into<String>, key: impl Into<String>) -> Self {
        Self {
            schema: "public".to_owned(),
            table: table.into(),
            key: key.into(),
            tenant: None,
            cells: Vec::new(),
        }
    }

    /// Says in which other schema the table lies.
    #[must_use]
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.schema = schema.into();
        self
    }

    /// Says in which column the tenant stands.
    #[must_use]
    pub fn tenant(mut self, column: impl Into<String>) -> Self {
        self.tenant = Some(column.into());
        self
    }

    /// Adds a column that is walked.
    #[must_use]
    pub fn cell(mut self, column: impl Into<String>) -> Self {
        self.cells.push(column.into());
        self
    }

    /// Every column that is named.
    pub(super) fn columns(&self) -> impl Iterator<Item = &str> {
        [&self.key].into_iter().chain(&self.tenant).chain(&self.cells).map(|name| &**name)
    }

    /// Nothing of the names reaches SQL before this.
    pub(super) fn validate(&self) -> Result<(), SealedTableError> {
        let mut names = self.columns().chain([&*self.table, &*self.schema]);
        if let Some(name) = names.find(|name| !is_name(name)) {
            return Err(SealedTableError::Name { name: name.chars().take(Self::MAX_NAME).collect() });
        }
        let mut columns: Vec<_> = self.columns().collect();
        columns.sort_unstable();
        let distinct = columns.windows(2).all(|pair| pair.first() != pair.last());
        if distinct && (1..=Self::MAX_CELLS).contains(&self.cells.len()) {
            Ok(())
        } else {
            Err(SealedTableError::Cells)
        }
    }
}

fn is_name(name: &str) -> bool {
    let alphabet = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    (1..=TableSpec::MAX_NAME).contains(&name.len())
        && name.bytes().all(alphabet)
        && !name.starts_with(|first: char| first.is_ascii_digit())
}
