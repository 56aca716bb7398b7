//! What reading means.

use super::{ALL, Table, bytes, number, read, text, text_in};
use crate::walk::{BatchLimit, Cell, Row, RowKey};

/// Numbers, texts and bytes are keys; each row is read once, in the order of the keys, whatever the size of the batches, and with
/// rows that come and go ahead of the cursor.
///
/// # Panics
/// The store breaks the law.
pub async fn batches_walk_every_kind_of_key_once(table: &dyn Table) {
    let store = table.store();
    assert_eq!(read(&*store, None).await, [], "an empty table");
    let mut keys = keys();
    keys.retain(|key| table.takes_key(key));
    for key in keys.iter().rev() {
        table.write(Row::new(key.clone(), vec![text_in(table, "a"), Cell::Null]).of_tenant("acme")).await;
    }
    for rows in [1, 2, 3, 1_000] {
        let limit = BatchLimit { rows, ..ALL };
        let mut seen: Vec<RowKey> = Vec::new();
        loop {
            let batch = store.batch(seen.last(), limit).await.expect("the store reads");
            if batch.is_empty() {
                break;
            }
            assert!(batch.len() <= rows);
            seen.extend(batch.into_iter().map(|row| row.key));
        }
        assert_eq!(seen, keys, "in batches of {rows}");
    }
    assert_eq!(table.rows().await, read(&*store, None).await);
}

fn keys() -> Vec<RowKey> {
    let texts = ["", "1", "A", "B", "a", "b'; --", "é", "ключ"];
    let numbers = [i64::MIN, -1, 0, 1, 2, i64::MAX].map(RowKey::Number).into_iter();
    let bytes = [&b""[..], &[0], &[0, 0], b"A", &[0xFF; 16]].map(|bytes| RowKey::Bytes(bytes.to_vec()));
    let mut keys: Vec<_> =
        numbers.chain(texts.map(|text| RowKey::Text(text.to_owned()))).chain(bytes).collect();
    keys.sort();
    keys
}

/// A batch ends at so many bytes, and has one row at least.
///
/// # Panics
/// The store breaks the law.
pub async fn batches_are_bounded(table: &dyn Table) {
    for n in 0..10 {
        table.write(number(n, [bytes(&[7; 600]), text_in(table, &"x".repeat(400))])).await;
    }
    let store = table.store();
    for (limit, expected) in [(1, 1), (999, 1), (2_000, 2), (2_999, 2), (1 << 20, 10)] {
        let limit = BatchLimit { rows: 1_000, bytes: limit };
        assert_eq!(store.batch(None, limit).await.expect("the store reads").len(), expected, "{limit:?}");
    }
}

/// Every kind of cell, and the tenant, come back as they were written.
///
/// # Panics
/// The store breaks the law.
pub async fn cells_are_read_as_they_were_written(table: &dyn Table) {
    let cells = [
        Cell::Null,
        text(""),
        bytes(b""),
        text("gAAAAA'\"\0é"),
        bytes(&[0, 0xFF, 0x80]),
        text("7"),
        bytes(&[9; 9000]),
    ];
    let cells: Vec<_> = cells.into_iter().filter(|cell| table.takes_cell(cell)).collect();
    let mut expected = Vec::new();
    for (n, pair) in cells.windows(2).enumerate() {
        let mut row = Row::new(RowKey::Number(n as i64), pair.to_vec());
        if n % 2 == 0 {
            row = row.of_tenant(format!("tenant {n}"));
        }
        table.write(row.clone()).await;
        expected.push(row);
    }
    assert_eq!(read(&*table.store(), None).await, expected);
}
