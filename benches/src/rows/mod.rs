//! The table: every figure that `compare` knows, under the id by which later issues and the README name it.

mod authn;
mod credentials;
pub(crate) mod crypto;
mod erase_key;
mod flood;
mod guardrails;
mod health;
mod http;
mod left_out;
mod login;
mod ratelimit;
mod secure_delete;
mod sessions;

use crate::Failure;
use crate::peers::Peers;
use crate::rig::Files;
use crate::row::Row;
use std::cell::OnceCell;

pub use left_out::LeftOut;

/// How to measure.
#[derive(Debug, Default)]
pub struct Plan {
    /// How many samples each median is of; each row has a number of its own where this is `None`, and none has fewer than
    /// [`MIN_RUNS`](Self::MIN_RUNS).
    pub runs: Option<usize>,
    /// The peers of `benches/peers`, if they are wanted.
    pub peers: Option<Peers>,
    /// What rows have on the disk together, once one of them has asked for it.
    pub files: OnceCell<Files>,
}

impl Plan {
    /// The fewest samples of which a median is printed.
    pub const MIN_RUNS: usize = 7;

    fn runs(&self, usual: usize) -> usize {
        self.runs.unwrap_or(usual).max(Self::MIN_RUNS)
    }

    fn peers(&self) -> Result<&Peers, LeftOut> {
        self.peers.as_ref().ok_or(LeftOut::NeedsPeers)
    }

    fn files(&self) -> Result<&Files, Failure> {
        if let Some(files) = self.files.get() {
            return Ok(files);
        }
        let files = Files::new()?;
        Ok(self.files.get_or_init(|| files))
    }
}

/// Against whom a row is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// What the workspace has, or a program that may be installed.
    Workspace,
    /// What lives in `benches/peers`.
    Peers,
}

/// One row to be measured.
#[derive(Debug, Clone, Copy)]
pub struct Measurement {
    /// The row's id.
    pub id: &'static str,
    /// Against whom.
    pub against: Against,
    measure: fn(&'static str, &Plan) -> Result<Row, Failure>,
}

impl Measurement {
    /// Every row, in the order of the table.
    pub const ALL: &[Self] = &[
        Self::new("authn.verify", Against::Workspace, authn::verify),
        Self::new("authn.verify.hs256", Against::Workspace, authn::verify),
        Self::new("authn.verify.es256", Against::Workspace, authn::verify),
        Self::new("authn.verify.rs256", Against::Workspace, authn::verify),
        Self::new("authn.authenticate.cached", Against::Workspace, authn::authenticate_cached),
        Self::new("authn.api_key", Against::Workspace, credentials::api_key),
        Self::new("authn.totp", Against::Workspace, credentials::totp),
        Self::new("authn.session_check", Against::Workspace, sessions::check),
        Self::new("authn.flood_p99", Against::Workspace, flood::p99),
        Self::new("authn.login_timing", Against::Workspace, login::timing),
        Self::new("crypto.file_encrypt_null", Against::Workspace, crypto::encrypt_null),
        Self::new("crypto.file_encrypt_null.rage", Against::Workspace, crypto::encrypt_null),
        Self::new("crypto.file_encrypt_disk", Against::Workspace, crypto::encrypt_disk),
        Self::new("crypto.file_encrypt_disk.rage", Against::Workspace, crypto::encrypt_disk),
        Self::new("crypto.file_decrypt_disk", Against::Workspace, crypto::decrypt_disk),
        Self::new("crypto.file_decrypt_disk.rage", Against::Workspace, crypto::decrypt_disk),
        Self::new("crypto.range_read", Against::Workspace, crypto::read),
        Self::new("crypto.range_read.unaligned", Against::Workspace, crypto::read),
        Self::new("crypto.field_256", Against::Peers, crypto::seal),
        Self::new("crypto.field_256.batch", Against::Peers, crypto::seal_many),
        Self::new("crypto.field_256.python", Against::Workspace, crypto::seal_vs_python),
        Self::new("crypto.fernet_64m", Against::Workspace, crypto::open),
        Self::new("crypto.fernet_64m.stream", Against::Workspace, crypto::open_stream),
        Self::new("crypto.fernet_64m.growth", Against::Workspace, crypto::growth),
        Self::new("crypto.argon2", Against::Workspace, crypto::login_hash),
        Self::new("crypto.argon2.returned", Against::Workspace, crypto::login_hash),
        Self::new("crypto.rewrap_file", Against::Workspace, crypto::header),
        Self::new("crypto.rewrap_file.unsynced", Against::Workspace, crypto::header),
        Self::new("crypto.rewrap_rows", Against::Workspace, crypto::rows),
        Self::new("crypto.rewrap_rows.bulk", Against::Workspace, crypto::rows),
        Self::new("secure_delete.bulk_256m", Against::Workspace, secure_delete::bulk),
        Self::new("secure_delete.bulk_256m.three", Against::Workspace, secure_delete::bulk),
        Self::new("secure_delete.small_500", Against::Workspace, secure_delete::small),
        Self::new("secure_delete.small_500.unlink", Against::Workspace, secure_delete::small),
        Self::new("secure_delete.erase_key", Against::Workspace, erase_key::one_of_many),
        Self::new("ratelimit.decide", Against::Peers, ratelimit::decide),
        Self::new("health.closed_path", Against::Peers, health::closed_path),
        Self::new("health.closed_path.exact", Against::Peers, health::closed_path),
        Self::new("health.closed_path.failsafe", Against::Peers, health::closed_path),
        Self::new("health.closed_path.recloser", Against::Peers, health::closed_path),
        Self::new("health.window_24k", Against::Peers, health::window),
        Self::new("health.window_24k.flat", Against::Workspace, health::flat),
        Self::new("health.is_available", Against::Peers, health::is_available),
        Self::new("health.pick_8", Against::Peers, health::pick),
        Self::new("health.pick_8.exact", Against::Peers, health::pick),
        Self::new("health.gateway_added_us", Against::Workspace, health::gateway_adds),
        Self::new("guardrails.scan_ascii", Against::Workspace, guardrails::scan),
        Self::new("guardrails.scan_mixed", Against::Workspace, guardrails::scan),
        Self::new("guardrails.scan_mixed.sprinkled", Against::Workspace, guardrails::scan),
        Self::new("guardrails.worst_mb_s", Against::Workspace, guardrails::worst),
        Self::new("guardrails.pipeline_1k_us", Against::Peers, guardrails::question),
        Self::new("guardrails.stream_chunk", Against::Workspace, guardrails::chunk),
        Self::new("http.stack_overhead_us", Against::Workspace, http::overhead),
        Self::new("http.stack_cpu", Against::Workspace, http::cpu),
        Self::new("http.stack_vs_incumbents", Against::Peers, http::incumbents),
    ];

    const fn new(
        id: &'static str,
        against: Against,
        measure: fn(&'static str, &Plan) -> Result<Row, Failure>,
    ) -> Self {
        Self { id, against, measure }
    }

    /// Measures it.
    ///
    /// # Errors
    /// It cannot be set up, or something in it fails; a [`LeftOut`] if this machine lacks what it needs.
    pub fn run(&self, plan: &Plan) -> Result<Row, Failure> {
        (self.measure)(self.id, plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique() {
        let mut ids: Vec<_> = Measurement::ALL.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), Measurement::ALL.len());
    }

    #[test]
    fn no_median_is_of_fewer_than_seven_samples() {
        assert_eq!(Plan { runs: Some(1), ..Plan::default() }.runs(31), 7);
        assert_eq!(Plan::default().runs(31), 31);
    }
}
