//! Decisions that a store takes: refresh rotation and the audit log, in memory and on SQLite.

use benches::Failure;
use benches::rig::{accounts, call, memory_stores, open_sqlite, sign_in, sign_up};
use criterion::{BatchSize, Criterion, Throughput};
use std::sync::{Arc, Mutex};
use stockade_audit::{Action, AuditLog, AuditStore, Event, MemoryAuditStore, Outcome};
use stockade_core::{Clock, SystemClock, SystemEntropy};
use stockade_flows::{Auth, AuthStores};
use tokio::runtime::Runtime;

const BATCH: usize = 256;

fn main() -> Result<(), Failure> {
    let mut criterion = Criterion::default().configure_from_args();
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let sqlite = runtime.block_on(open_sqlite(folder.path()))?;
    let log = Arc::new(AuditLog::new(Arc::new(MemoryAuditStore::default())));
    rotation(&mut criterion, &runtime, "memory", &accounts(memory_stores(), log.clone())?)?;
    rotation(&mut criterion, &runtime, "SQLite", &accounts(AuthStores::all_in(sqlite.clone()), log)?)?;
    append(&mut criterion, &runtime, sqlite)?;
    criterion.final_summary();
    Ok(())
}

/// The whole flow: read the token, rotate, issue the next pair. Events go to a log in memory.
fn rotation(criterion: &mut Criterion, runtime: &Runtime, store: &str, auth: &Auth) -> Result<(), Failure> {
    runtime.block_on(sign_up(auth))?;
    let token = Mutex::new(runtime.block_on(sign_in(auth))?.refresh_token);
    let next = || -> Result<(), Failure> {
        let mut token = token.lock().map_err(|_| "an earlier rotation failed")?;
        let renewal = runtime.block_on(auth.refresh.run(token.expose(), &call()))?;
        *token = renewal.into_result().map_err(|_| "the token was not renewed")?.refresh_token;
        Ok(())
    };
    next()?;
    criterion.bench_function(&format!("refresh flow, {store}"), |bencher| bencher.iter(next));
    // A refusal under way would have left a token that is not renewed any more.
    next()
}

fn append(criterion: &mut Criterion, runtime: &Runtime, store: Arc<dyn AuditStore>) -> Result<(), Failure> {
    let now = SystemClock::new().now();
    let event = Event::new(now, &SystemEntropy, Action::LOGIN, Outcome::Success)?.by("ada".parse()?);
    let mut group = criterion.benchmark_group("audit append, SQLite");
    for size in [1, BATCH] {
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(format!("{size} at once"), |bencher| {
            bencher.iter_batched(
                || vec![event.clone(); size],
                |events| runtime.block_on(store.append(events)),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
    Ok(())
}
