//! One request, one answer.

use super::WrapError;
use std::sync::Arc;
use std::time::Duration;
use stockade_core::Secret;
use ureq::Agent;
use ureq::config::ConfigBuilder;
use ureq::http::HeaderValue;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use ureq::typestate::AgentScope;
use zeroize::Zeroizing;

/// The most octets of an answer. Vault's have some hundred.
const MAX_ANSWER_LEN: usize = 64 * 1024;
/// The most octets of an answer's head.
const MAX_HEAD_LEN: usize = 16 * 1024;

#[derive(Clone)]
pub(super) struct Client {
    agent: Agent,
    token: Secret<String>,
    timeout: Duration,
}

impl Client {
    pub(super) fn plain(token: Secret<String>, timeout: Duration) -> Result<Self, WrapError> {
        Self::of(token, timeout, config())
    }

    pub(super) fn tls(token: Secret<String>, roots_pem: &[u8], timeout: Duration) -> Result<Self, WrapError> {
        let roots = certificates(roots_pem)?;
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            // Named, so that no default of the process decides.
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        Self::of(token, timeout, config().https_only(true).tls_config(tls))
    }

    fn of(
        token: Secret<String>,
        timeout: Duration,
        config: ConfigBuilder<AgentScope>,
    ) -> Result<Self, WrapError> {
        if header(&token).is_none() {
            return Err(WrapError::Address("the token does not fit a header"));
        }
        Ok(Self { agent: config.build().new_agent(), token, timeout })
    }

    pub(super) fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    pub(super) fn post(&self, url: &str, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, WrapError> {
        let token = header(&self.token).ok_or(WrapError::Form)?;
        let mut answer = self
            .agent
            .post(url)
            .header("x-vault-token", token)
            .header("content-type", "application/json")
            .config()
            .timeout_global(Some(self.timeout))
            .build()
            .send(body)
            .map_err(failure)?;
        match answer.status().as_u16() {
            200 => (),
            other => return Err(WrapError::Answer(other)),
        }
        let limit = u64::try_from(MAX_ANSWER_LEN).unwrap_or(u64::MAX);
        answer.body_mut().with_config().limit(limit).read_to_vec().map(Zeroizing::new).map_err(failure)
    }
}

fn config() -> ConfigBuilder<AgentScope> {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_response_header_size(MAX_HEAD_LEN)
        .proxy(None)
        .max_idle_connections(0)
        .user_agent("stockade")
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, WrapError> {
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|_| WrapError::Roots)? {
            found.push(certificate);
        }
    }
    if found.is_empty() { Err(WrapError::Roots) } else { Ok(found) }
}

/// The token as a header that is not printed. `None` where it is empty or has a control character.
fn header(token: &Secret<String>) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(token.expose()).ok().filter(|value| !value.is_empty())?;
    value.set_sensitive(true);
    Some(value)
}

fn failure(error: ureq::Error) -> WrapError {
    match error {
        ureq::Error::Timeout(_) => WrapError::Timeout,
        ureq::Error::BodyExceedsLimit(_) => WrapError::Size { len: MAX_ANSWER_LEN },
        other => WrapError::Unreachable(Box::new(other)),
    }
}
