//! Data asleep: fields, files in memory, headers and blind indexes, one operation at a time.

use benches::Failure;
use criterion::{Criterion, Throughput};
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::Arc;
use stockade_core::{SystemClock, SystemEntropy, TenantId};
use stockade_crypto_at_rest::field::{BlindIndex, Column, Fields, Normal};
use stockade_crypto_at_rest::file::{Header, Opener, Sealer, X25519Identity};
use stockade_crypto_at_rest::ring::{KeyRing, Keys};

const NOTES: Column = Column::new("patients", "notes");

const MANY: usize = 256;

fn main() -> Result<(), Failure> {
    let mut criterion = Criterion::default().configure_from_args();
    fields(&mut criterion)?;
    files(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

fn fields(criterion: &mut Criterion) -> Result<(), Failure> {
    let keys = Keys::new(KeyRing::generate(&SystemEntropy, &SystemClock::new())?);
    let fields = Fields::new(keys.clone(), Arc::new(SystemEntropy));
    let tenant: TenantId = "acme".parse()?;
    let (context, text) = (NOTES.row(&tenant, 7), [b'x'; 256]);
    let sealed = fields.seal(&context, &text)?;
    criterion.bench_function("field of 256 bytes, seal", |bencher| {
        bencher.iter(|| fields.seal(black_box(&context), black_box(&text)));
    });
    criterion.bench_function("field of 256 bytes, open", |bencher| {
        bencher.iter(|| fields.open(black_box(&context), black_box(&sealed)));
    });

    let mut group = criterion.benchmark_group(format!("{MANY} fields of 256 bytes"));
    group.throughput(Throughput::Elements(MANY as u64));
    let texts = [(context, &text[..]); MANY];
    group.bench_function("seal", |bencher| bencher.iter(|| fields.seal_many(black_box(&texts))));
    let envelopes = vec![(context, &sealed[..]); MANY];
    group.bench_function("open", |bencher| bencher.iter(|| fields.open_many(black_box(&envelopes))));
    group.finish();

    let index = BlindIndex::new(keys, NOTES, Normal::Exact);
    criterion.bench_function("blind index", |bencher| {
        bencher.iter(|| index.of(black_box(&tenant), black_box("MRN-0042")));
    });
    Ok(())
}

fn files(criterion: &mut Criterion) -> Result<(), Failure> {
    let identity = X25519Identity::generate(&SystemEntropy)?;
    let recipient = identity.recipient();
    let text = vec![b'x'; 1 << 20];
    let sealer = Sealer::new(vec![&recipient], &SystemEntropy).threads(NonZeroUsize::MIN);
    let opener = Opener::new(vec![&identity]).threads(NonZeroUsize::MIN);
    let sealed = sealer.bytes(&text)?;
    let mut group = criterion.benchmark_group("file of 1 MiB, one thread");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("seal", |bencher| bencher.iter(|| sealer.bytes(black_box(&text))));
    group.bench_function("open", |bencher| bencher.iter(|| opener.bytes(black_box(&sealed))));
    group.finish();

    criterion
        .bench_function("file header, parse", |bencher| bencher.iter(|| Header::parse(black_box(&sealed))));
    let header = Header::parse(&sealed)?;
    criterion.bench_function("file header, unlock by X25519", |bencher| {
        bencher.iter(|| header.unlock(black_box(&[&identity])));
    });
    Ok(())
}
