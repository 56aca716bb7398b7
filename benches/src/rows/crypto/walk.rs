//! A table whose rows move to the ring's new key.

use crate::Failure;
use crate::measure::{Time, in_turn};
use crate::row::{Row, Unit};
use crate::rows::Plan;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection};
use std::path::Path;
use std::sync::Arc;
use stockade_core::{SystemClock, SystemEntropy, TenantId};
use stockade_crypto_at_rest::field::{Column, Fields};
use stockade_crypto_at_rest::ring::{KeyRing, Keys};
use stockade_crypto_at_rest::walk::{Step, WalkConfig, Walker, reseal_fields};
use stockade_sqlite::{SealedTable, SqliteConfig, TableSpec};

const ROWS: i64 = 100_000;

/// Rows of a transaction, on both sides.
const BATCH: i64 = 1_000;

const NOTES: Column = Column::new("patients", "notes");

const TEXT: [u8; 256] = [b'x'; 256];

/// Ours reads, opens, seals and compares as it writes, and keeps how far it has come; the peer writes values of the same size that
/// it has already. Both in transactions of the same number of rows, on files of the same settings.
pub(in crate::rows) fn rows(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let pace = if id.ends_with(".bulk") { Pace::InBulk } else { Pace::RowByRow };
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let clock = Arc::new(SystemClock::new());
    let mut ring = KeyRing::generate(&SystemEntropy, &*clock)?;
    let keys = Keys::new(ring.clone());
    let fields = Fields::new(keys.clone(), Arc::new(SystemEntropy));
    let walked = folder.path().join("walked.db");
    runtime.block_on(Table::fill(&walked, &fields))?;
    let mut updated = runtime.block_on(Table::fill(&folder.path().join("updated.db"), &fields))?;
    let spec = TableSpec::new("patients", "id").tenant("tenant").cell("notes");
    let store = Arc::new(runtime.block_on(SealedTable::open(&walked, &SqliteConfig::default(), &spec))?);
    let config =
        WalkConfig { batch_rows: usize::try_from(BATCH)?, rows_per_second: None, ..WalkConfig::default() };

    let mut walks = 0;
    let mut ours = || {
        ring.rotate(&SystemEntropy, &*clock)?;
        keys.replace(ring.clone())?;
        walks += 1;
        let name = format!("walk-{walks}").parse()?;
        let mut walker = Walker::new(store.clone(), clock.clone(), name, config.clone())?;
        let seconds = Time::Wall.of(|| runtime.block_on(to_the_end(&mut walker, &fields)))?;
        Ok(ROWS as f64 / seconds)
    };
    let theirs = || Ok(ROWS as f64 / Time::Wall.of(|| runtime.block_on(updated.update(pace)))?);
    let runs = plan.runs(Plan::MIN_RUNS);
    let medians = in_turn(runs, &mut ours, theirs)?;
    Ok(Row::new(id, medians, pace.peer(), Unit::RowsPerSecond, runs))
}

async fn to_the_end(walker: &mut Walker, fields: &Fields) -> Result<(), Failure> {
    loop {
        match walker.step(&mut reseal_fields(fields, &[NOTES])).await? {
            Step::Advanced(_) => {}
            Step::Finished(end) if end.replaced == ROWS.unsigned_abs() => return Ok(()),
            other => return Err(format!("the walk ended otherwise: {other:?}").into()),
        }
    }
}

/// The application's own connection to its table.
struct Table {
    connection: SqliteConnection,
    sealed: Vec<u8>,
}

impl Table {
    async fn fill(path: &Path, fields: &Fields) -> Result<Self, Failure> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .disable_statement_logging();
        let mut connection = options.connect().await?;
        let create =
            "CREATE TABLE patients (id INTEGER PRIMARY KEY, tenant TEXT NOT NULL, notes BLOB NOT NULL)";
        sqlx::query(create).execute(&mut connection).await?;
        let tenant: TenantId = "acme".parse()?;
        sqlx::query("BEGIN").execute(&mut connection).await?;
        for id in 1..=ROWS {
            let sealed = fields.seal(&NOTES.row(&tenant, id), &TEXT)?;
            let insert = sqlx::query("INSERT INTO patients VALUES (?, ?, ?)");
            insert.bind(id).bind(tenant.as_str()).bind(sealed).execute(&mut connection).await?;
        }
        sqlx::query("COMMIT").execute(&mut connection).await?;
        let sealed = fields.seal(&NOTES.row(&tenant, 1), &TEXT)?;
        Ok(Self { connection, sealed })
    }

    async fn update(&mut self, pace: Pace) -> Result<(), Failure> {
        let Self { connection, sealed } = self;
        for first in (1..=ROWS).step_by(usize::try_from(BATCH)?) {
            let last = first + BATCH - 1;
            sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
            match pace {
                Pace::RowByRow => {
                    for id in first..=last {
                        let update = sqlx::query("UPDATE patients SET notes = ? WHERE id = ?");
                        update.bind(&**sealed).bind(id).execute(&mut *connection).await?;
                    }
                }
                Pace::InBulk => {
                    let update = sqlx::query("UPDATE patients SET notes = ? WHERE id BETWEEN ? AND ?");
                    update.bind(&**sealed).bind(first).bind(last).execute(&mut *connection).await?;
                }
            }
            sqlx::query("COMMIT").execute(&mut *connection).await?;
        }
        Ok(())
    }
}

/// How the peer updates.
#[derive(Debug, Clone, Copy)]
enum Pace {
    RowByRow,
    /// The engine's own pace: nothing but the table's pages is touched for each row.
    InBulk,
}

impl Pace {
    fn peer(self) -> &'static str {
        match self {
            Self::RowByRow => "UPDATE ... WHERE id = ?, prepared, a row at a time",
            Self::InBulk => "UPDATE ... WHERE id BETWEEN ? AND ?, a statement for each 1000 rows",
        }
    }
}
