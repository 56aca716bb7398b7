//! What advancing means.

use super::{Table, bytes, made, number, progress, read, stride, text, text_in, walk};
use crate::walk::{Advance, Cell, Progress, RowKey, Stride};

/// Where the application wrote between reading and writing, its row stays, the others are replaced, and the walk stands before it.
///
/// # Panics
/// The store breaks the law.
pub async fn a_changed_row_is_not_overwritten(table: &dyn Table) {
    let store = table.store();
    for n in 0..5 {
        table.write(number(n, [text_in(table, "old"), text_in(table, "second")])).await;
    }
    let rows = read(&*store, None).await;
    // The second cell alone is enough.
    table.write(number(2, [text_in(table, "old"), text_in(table, "theirs")])).await;
    let new = [bytes(b"new"), Cell::Null];
    let landed = made(&*store, &stride(Progress::default(), rows, &new)).await;
    assert_eq!((landed.after.clone(), landed.rows, landed.replaced), (Some(RowKey::Number(1)), 2, 4));
    let mut expected: Vec<_> = (0..5).map(|n| number(n, new.clone())).collect();
    expected[2] = number(2, [text_in(table, "old"), text_in(table, "theirs")]);
    assert_eq!(table.rows().await, expected);
    assert_eq!(progress(&*store).await, landed, "what is kept is what was said");

    let again = read(&*store, landed.after.as_ref()).await;
    let landed = made(&*store, &stride(landed, again, &new)).await;
    assert_eq!((landed.after, landed.rows), (Some(RowKey::Number(4)), 5));
    assert_eq!(table.rows().await[2], number(2, new));
}

/// A row that is gone stays gone, and is read again as missing.
///
/// # Panics
/// The store breaks the law.
pub async fn a_removed_row_does_not_return(table: &dyn Table) {
    let store = table.store();
    for n in 0..3 {
        table.write(number(n, [text_in(table, "old"), Cell::Null])).await;
    }
    let rows = read(&*store, None).await;
    table.remove(RowKey::Number(0)).await;
    let landed = made(&*store, &stride(Progress::default(), rows, &[bytes(b"new"), Cell::Null])).await;
    assert_eq!((landed.after, landed.rows, landed.finished), (None, 0, false));
    assert_eq!(table.rows().await.len(), 2);
}

/// A text is not the bytes of the same text, nothing is neither, and a number's digits are not the number.
///
/// # Panics
/// The store breaks the law.
pub async fn kinds_of_cells_are_told_apart(table: &dyn Table) {
    let store = table.store();
    let cells = [
        text("7"),
        bytes(b"7"),
        Cell::Number(7),
        Cell::Null,
        text(""),
        bytes(b""),
        text("7 "),
        text("a"),
        text("A"),
    ];
    let cells: Vec<_> = cells.into_iter().filter(|cell| table.takes_cell(cell)).collect();
    for old in &cells {
        for now in &cells {
            table.write(number(1, [old.clone(), Cell::Null])).await;
            let rows = read(&*store, None).await;
            table.write(number(1, [now.clone(), Cell::Null])).await;
            let from = progress(&*store).await;
            let landed = made(&*store, &stride(from.clone(), rows, &[bytes(b"new"), Cell::Null])).await;
            assert_eq!(landed.replaced - from.replaced, u64::from(old == now), "{old:?} and {now:?}");
            let stands = if old == now { bytes(b"new") } else { now.clone() };
            assert_eq!(table.rows().await, [number(1, [stands, Cell::Null])]);
            store.forget(&walk()).await.expect("the store forgets");
        }
    }
}

/// A stride from where the walk no longer stands writes nothing, although its rows are as they were read.
///
/// # Panics
/// The store breaks the law.
pub async fn an_overtaken_stride_writes_nothing(table: &dyn Table) {
    let store = table.store();
    for n in 0..4 {
        table.write(number(n, [text_in(table, "old"), Cell::Null])).await;
    }
    let mut rows = read(&*store, None).await;
    let late = rows.split_off(2);
    let new = [bytes(b"new"), Cell::Null];
    let landed = made(&*store, &stride(Progress::default(), rows, &new)).await;
    let overtaken = store.advance(&walk(), &stride(Progress::default(), late.clone(), &new)).await;
    assert_eq!(overtaken.expect("the store answers"), Advance::Overtaken(landed.clone()));
    assert_eq!(read(&*store, Some(&RowKey::Number(1))).await, late);
    assert_eq!(progress(&*store).await, landed);
}

/// Two walks over one table know nothing of each other, and every key is kept as it is.
///
/// # Panics
/// The store breaks the law.
pub async fn progress_is_kept_by_name(table: &dyn Table) {
    let store = table.store();
    let keys = [RowKey::Number(i64::MIN), RowKey::Text("7".to_owned()), RowKey::Bytes(vec![0, 7])];
    for (n, key) in keys.into_iter().filter(|key| table.takes_key(key)).enumerate() {
        let name = format!("law-{n}").parse().expect("a name");
        assert_eq!(store.progress(&name).await.expect("the store says"), Progress::default());
        let row = crate::walk::Row::new(key.clone(), vec![Cell::Null, Cell::Null]);
        table.write(row.clone()).await;
        let replace = stride(Progress::default(), vec![row], &[Cell::Null, text_in(table, "new")]);
        let advance = store.advance(&name, &replace).await.expect("the store writes");
        let kept = store.progress(&name).await.expect("the store says");
        assert_eq!((advance, kept.after.as_ref()), (Advance::Made(kept.clone()), Some(&key)));
    }
    assert_eq!(progress(&*store).await, Progress::default());
}

/// A finished walk is finished until it is forgotten; to forget what is not known is fine.
///
/// # Panics
/// The store breaks the law.
pub async fn a_forgotten_walk_begins_anew(table: &dyn Table) {
    let store = table.store();
    store.forget(&walk()).await.expect("the store forgets");
    let landed = made(&*store, &Stride::new(Progress::default(), Vec::new())).await;
    assert!(landed.finished);
    assert_eq!(progress(&*store).await, landed);
    store.forget(&walk()).await.expect("the store forgets");
    assert_eq!(progress(&*store).await, Progress::default());
}
