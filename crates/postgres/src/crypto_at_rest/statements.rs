//! The SQL that a table's names become.

use super::TableSpec;
use super::kind::Kind;
use std::sync::Arc;

/// The SQL for one table. Nothing in it but literals of this crate and names that were checked; every value is bound (ASVS 1.2.4).
#[derive(Debug, Clone)]
pub(super) struct Statements {
    /// The first rows: how many.
    pub(super) first: Arc<str>,
    /// The rows that follow: after which key, how many.
    pub(super) next: Arc<str>,
    /// Replaces rows: an array of keys, then for each cell one of the old and one of the new. Returns the places, from one, of those
    /// that were replaced.
    pub(super) replace: Arc<str>,
    pub(super) key: Kind,
    pub(super) tenant: Option<Kind>,
    pub(super) cells: Arc<[Kind]>,
}

impl Statements {
    pub(super) fn new(spec: &TableSpec, key: Kind, tenant: Option<Kind>, cells: Vec<Kind>) -> Self {
        let table = format!("{}.{}", quoted(&spec.schema), quoted(&spec.table));
        let key_column = quoted(&spec.key);
        let named: Vec<_> = spec.cells.iter().map(|cell| quoted(cell)).zip(cells.iter().copied()).collect();
        let tenant_read = match (&spec.tenant, tenant) {
            (Some(column), Some(kind)) => kind.read(&quoted(column)),
            _ => "NULL::text".to_owned(),
        };
        let read: Vec<_> = named.iter().map(|(column, kind)| kind.read(column)).collect();
        let select =
            format!("SELECT {}, {tenant_read}, {} FROM {table}", key.read(&key_column), read.join(", "));
        let (mut arrays, mut names) = (vec![format!("$1::{}", key.array())], vec!["key".to_owned()]);
        let (mut set, mut unchanged) = (Vec::new(), String::new());
        for (place, (column, kind)) in named.iter().enumerate() {
            for (age, number) in [("old", 2 * place + 2), ("new", 2 * place + 3)] {
                arrays.push(format!("${number}::{}", kind.array()));
                names.push(format!("{age}_{place}"));
            }
            set.push(format!("{column} = {}", kind.write(&format!("walked.new_{place}"))));
            // The column's own collation may hold different texts for equal.
            let binary = if *kind == Kind::Text { " COLLATE \"C\"" } else { "" };
            unchanged += &format!(
                " AND target.{column}{binary} IS NOT DISTINCT FROM {}",
                kind.write(&format!("walked.old_{place}"))
            );
        }
        let replace = format!(
            "UPDATE {table} AS target SET {} FROM unnest({}) WITH ORDINALITY AS walked ({}, place)
             WHERE target.{key_column} = {}{unchanged} RETURNING walked.place",
            set.join(", "),
            arrays.join(", "),
            names.join(", "),
            key.write("walked.key"),
        );
        Self {
            first: format!("{select} ORDER BY {key_column} LIMIT $1").into(),
            next: format!("{select} WHERE {key_column} > {} ORDER BY {key_column} LIMIT $2", key.write("$1"))
                .into(),
            replace: replace.into(),
            key,
            tenant,
            cells: cells.into(),
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}
