//! One field of a row, and many.

use crate::Failure;
use crate::measure::{Time, batch_size, in_turn, micros_each};
use crate::peers::{Asked, Program};
use crate::row::{Row, Unit};
use crate::rows::Plan;
use std::hint::black_box;
use std::sync::Arc;
use stockade_core::{SystemClock, SystemEntropy, TenantId};
use stockade_crypto_at_rest::field::{Column, FieldContext, Fields};
use stockade_crypto_at_rest::ring::{KeyRing, Keys};

const NOTES: Column = Column::new("patients", "notes");

const TEXT: [u8; 256] = [b'x'; 256];

/// As long as a UUID is as text.
const ROW: &str = "018f3c2e-7b1a-7c3d-9e4f-5a6b7c8d9e0f";

/// Fields that are sealed at once.
const MANY: usize = 256;

const FERNET: &str = "the fernet crate, encrypt";

pub(in crate::rows) fn seal(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    one(id, plan, FERNET, plan.peers()?.fernet()?)
}

pub(in crate::rows) fn seal_vs_python(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let mut python = Program::PYTHON_CRYPTOGRAPHY.command()?;
    python.args(["-c", include_str!("../../peers/python/fernet_field.py")]);
    one(id, plan, "Python cryptography, Fernet.encrypt", Asked::start(python)?)
}

fn one(id: &'static str, plan: &Plan, name: &'static str, mut peer: Asked) -> Result<Row, Failure> {
    let (fields, tenant) = service()?;
    let ours = || {
        black_box(fields.seal(&context(black_box(&tenant)), black_box(&TEXT))?);
        Ok(())
    };
    let runs = plan.runs(31);
    let size = batch_size(0.02, ours)?;
    let their_size = (size / 16).max(1);
    let medians = in_turn(runs, || micros_each(Time::Cpu, size, ours), || peer.micros_each(their_size))?;
    Ok(Row::new(id, medians, name, Unit::Micros, runs))
}

pub(in crate::rows) fn seal_many(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let mut peer = plan.peers()?.fernet()?;
    let (fields, tenant) = service()?;
    let many = [(context(&tenant), &TEXT[..]); MANY];
    let ours = || {
        black_box(fields.seal_many(black_box(&many))?);
        Ok(())
    };
    let runs = plan.runs(31);
    let size = batch_size(0.02, ours)?;
    let our_sample = || Ok(micros_each(Time::Cpu, size, ours)? / MANY as f64);
    let medians = in_turn(runs, our_sample, || peer.micros_each(size))?;
    Ok(Row::new(id, medians, FERNET, Unit::Micros, runs))
}

fn service() -> Result<(Fields, TenantId), Failure> {
    let ring = KeyRing::generate(&SystemEntropy, &SystemClock::new())?;
    Ok((Fields::new(Keys::new(ring), Arc::new(SystemEntropy)), "acme".parse()?))
}

fn context(tenant: &TenantId) -> FieldContext<'_> {
    NOTES.row(tenant, ROW)
}
