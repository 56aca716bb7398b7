//! What erasing one key costs among a million.

use crate::Failure;
use crate::measure::{Time, in_turn};
use crate::row::{Row, Unit};
use crate::rows::Plan;
use sqlx::{Connection, SqliteConnection};
use std::path::Path;
use std::sync::Arc;
use stockade_core::{SystemClock, SystemEntropy};
use stockade_crypto_at_rest::field::Fields;
use stockade_crypto_at_rest::ring::{KeyRing, Keys};
use stockade_flows::SealedWrap;
use stockade_secure_delete::erase::{CryptoErasure, Erasure, MediumCaveat, ObjectId};
use stockade_sqlite::Sqlite;

const MANY: u32 = 1_000_000;
const FEW: u32 = 1_000;

/// Ours erases keys at random of a store of a million, the peer of a store of a thousand: until the key is gone, the disk has it, and the
/// log is emptied. The ciphertext is another row's matter.
pub(super) fn one_of_many(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let many = runtime.block_on(store(&folder.path().join("many.db"), MANY))?;
    let few = runtime.block_on(store(&folder.path().join("few.db"), FEW))?;
    let runs = plan.runs(31);
    let (mut of_many, mut of_few) = (spread(MANY), spread(FEW));
    let erase = |erasure: &CryptoErasure, object: Option<u32>| {
        let object = name(object.ok_or("all are erased")?)?;
        let seconds = Time::Wall.of(|| match runtime.block_on(erasure.erase(&object))? {
            Erasure::Done(receipt) if receipt.medium == MediumCaveat::OverwrittenInFile => Ok(()),
            other => Err(format!("not erased: {other:?}").into()),
        });
        Ok(seconds? * 1e3)
    };
    let medians = in_turn(runs, || erase(&many, of_many.next()), || erase(&few, of_few.next()))?;
    Ok(Row::new(id, medians, "the same, one of 1000", Unit::Millis, runs))
}

/// Objects in no order, each once: a step that shares no factor with the count.
fn spread(count: u32) -> impl Iterator<Item = u32> {
    let step = u64::from(count) / 2 + 9;
    (0..u64::from(count)).filter_map(move |n| u32::try_from(n * (step | 1) % u64::from(count)).ok())
}

fn name(n: u32) -> Result<ObjectId, Failure> {
    Ok(ObjectId::new(format!("tenant/{n:08}"))?)
}

/// A store with so many keys, put in by one statement: wraps are bytes of the right length, which erasing does not open.
async fn store(path: &Path, count: u32) -> Result<CryptoErasure, Failure> {
    let store = Sqlite::open(path).await?;
    let mut raw = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await?;
    let fill = "
        BEGIN;
        CREATE TEMP TABLE counted AS
            WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n LIMIT (SELECT wanted FROM size)) SELECT n FROM n;
        INSERT INTO object_keys (id, object, fingerprint, created_at)
            SELECT n + 1, printf('tenant/%08d', n), randomblob(16), 0 FROM counted;
        INSERT INTO object_wraps (id, wrap) SELECT n + 1, randomblob(100) FROM counted;
        DROP TABLE counted;
        COMMIT;
        PRAGMA wal_checkpoint(TRUNCATE);";
    sqlx::query("CREATE TEMP TABLE size AS SELECT ? AS wanted").bind(count).execute(&mut raw).await?;
    sqlx::raw_sql(fill).execute(&mut raw).await?;
    raw.close().await?;
    let (clock, entropy) = (Arc::new(SystemClock::new()), Arc::new(SystemEntropy));
    let keys = Keys::new(KeyRing::generate(&*entropy, &*clock)?);
    let wrap = SealedWrap::new(Arc::new(Fields::new(keys, entropy.clone())));
    Ok(CryptoErasure::new(Arc::new(store), Arc::new(wrap), clock, entropy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_has_its_turn_once() {
        for count in [FEW, 10_000] {
            let mut all: Vec<_> = spread(count).collect();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count as usize);
        }
    }
}
