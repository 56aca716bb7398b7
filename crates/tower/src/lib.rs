#![doc = include_str!("../README.md")]

#[cfg(feature = "audit")]
mod audit;
#[cfg(feature = "authenticate")]
mod authenticate;
#[cfg(feature = "client-info")]
mod client_info;
mod envelope;
#[cfg(feature = "provider-health")]
mod failover;
mod gate;
#[cfg(feature = "guardrails")]
mod guardrails;
#[cfg(feature = "provider-health")]
mod health;
mod notes;
#[cfg(feature = "rate-limit")]
mod rate_limit;
#[cfg(feature = "request-id")]
mod request_id;
#[cfg(feature = "require")]
mod require;
#[cfg(feature = "authenticate")]
mod step_up;
#[cfg(test)]
mod testing;
#[cfg(all(
    feature = "audit",
    feature = "authenticate",
    feature = "client-info",
    feature = "rate-limit",
    feature = "request-id"
))]
mod wall;

#[cfg(feature = "audit")]
pub use audit::{AuditLayer, AuditPlace, AuditSink, OnAuditFull, OpenRecord};
#[cfg(feature = "authenticate")]
pub use authenticate::{AuthenticateLayer, Credential, MAX_BEARER, PendingCredential};
#[cfg(feature = "client-info")]
pub use client_info::{ClientInfoLayer, InvalidProxies, PeerAddr, TrustedProxies};
pub use envelope::{
    Envelope, EnvelopeLayer, Enveloped, EnvelopedFuture, INVALID_TOKEN, Reject, envelope, status_of,
};
#[cfg(feature = "provider-health")]
pub use failover::{
    BodyFault, Failover, FailoverBody, FailoverError, FailoverFuture, FailoverService, Seen, SetupError,
};
pub use gate::{Gate, GateFuture, GateLayer, Guard, Judgement, Refusal};
#[cfg(feature = "guardrails")]
pub use guardrails::{Asker, GuardedBody, Guardrails, GuardrailsFuture, GuardrailsLayer};
#[cfg(feature = "provider-health")]
pub use health::{Classify, Health, HealthError, HealthFuture, HealthLayer, HttpClassifier, classify_error};
pub use notes::AuditNotes;
#[cfg(feature = "rate-limit")]
pub use rate_limit::{Limits, OnLimiterError, RateLimitLayer};
#[cfg(feature = "request-id")]
pub use request_id::{Inbound, RequestIdLayer, X_REQUEST_ID};
#[cfg(feature = "require")]
pub use require::RequireLayer;
#[cfg(feature = "authenticate")]
pub use step_up::StepUpLayer;
#[cfg(all(
    feature = "audit",
    feature = "authenticate",
    feature = "client-info",
    feature = "rate-limit",
    feature = "request-id"
))]
pub use wall::Wall;
