//! Whether the time of a refused login tells who has an account.

use super::Plan;
use crate::Failure;
use crate::measure::{Time, in_turn};
use crate::rig::{EMAIL, accounts, call, memory_stores, sign_up};
use crate::row::{Row, Unit};
use std::sync::Arc;
use stockade_audit::{AuditLog, MemoryAuditStore};
use stockade_core::Secret;
use stockade_flows::{Login, LoginRequest};

pub(super) fn timing(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let log = Arc::new(AuditLog::new(Arc::new(MemoryAuditStore::default())));
    let auth = accounts(memory_stores(), log)?;
    runtime.block_on(sign_up(&auth))?;
    let micros_of_refusal = |email: &str| {
        let request = LoginRequest {
            email: email.to_owned(),
            password: Secret::new("not the right passphrase".to_owned()),
        };
        let seconds = Time::Wall.of(|| match runtime.block_on(auth.login.run(request, &call()))? {
            Login::Refused => Ok(()),
            other => Err(format!("a login was not refused: {other:?}").into()),
        })?;
        Ok(seconds * 1e6)
    };
    let runs = plan.runs(51).max(31);
    let unknown = || micros_of_refusal("nobody@example.org");
    let medians = in_turn(runs, unknown, || micros_of_refusal(EMAIL))?;
    Ok(Row::new(id, medians, "wrong password of a known user", Unit::Micros, runs))
}
