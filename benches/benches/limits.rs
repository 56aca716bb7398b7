//! Decisions that are taken in memory: limits and permissions.

use benches::Failure;
use criterion::Criterion;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{Principal, SystemClock};
use stockade_ratelimit::{Charge, Key, LocalLimiter, MemoryLimiter, Quota};
use stockade_rbac::{Permission, Policy};

const PLENTY: Quota = Quota::literal(1_000_000, Duration::from_secs(1));

fn main() -> Result<(), Failure> {
    let mut criterion = Criterion::default().configure_from_args();
    limits(&mut criterion);
    permissions(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

fn limits(criterion: &mut Criterion) {
    let limiter = LocalLimiter::new(Arc::new(MemoryLimiter::default()), Arc::new(SystemClock::new()));
    let by_address = || Charge::one(Key::ip("login.ip", [203, 0, 113, 9].into()), PLENTY);
    let by_account = || Charge::one(Key::text("login.account", "ada@example.org"), PLENTY);
    criterion.bench_function("limit, one key", |bencher| {
        bencher.iter(|| limiter.decide(black_box(&[by_address()])));
    });
    criterion.bench_function("limit, two keys at once", |bencher| {
        bencher.iter(|| limiter.decide(black_box(&[by_address(), by_account()])));
    });
}

fn permissions(criterion: &mut Criterion) -> Result<(), Failure> {
    let policy = Policy::builder()
        .role("viewer")
        .grants(["doc:read", "image:read", "comment:*"])
        .role("editor")
        .inherits(["viewer"])
        .grants(["doc:write", "image:write"])
        .role("auditor")
        .grants(["*:read"])
        .build()?;
    let caller = Principal::user("ada".parse()?).with_roles(["editor".parse()?, "auditor".parse()?]);
    let (granted, denied) = (Permission::literal("doc:read"), Permission::literal("doc:delete"));
    criterion.bench_function("permission, granted by inheritance", |bencher| {
        bencher.iter(|| policy.decide(black_box(&caller), black_box(&granted)));
    });
    criterion.bench_function("permission, denied", |bencher| {
        bencher.iter(|| policy.decide(black_box(&caller), black_box(&denied)));
    });
    Ok(())
}
