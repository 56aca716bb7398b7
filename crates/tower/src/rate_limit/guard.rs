use super::{Limits, OnLimiterError, RateLimitLayer};
use crate::{Guard, Judgement, Refusal};
use http::{request, response};
use std::pin::Pin;
use std::sync::Arc;
use stockade_core::{Problem, StoreError};
use stockade_ratelimit::{Charge, Verdict};

impl Guard for RateLimitLayer {
    type Pass = ();
    type Memo = ();
    type Pending = Pin<Box<dyn Future<Output = Result<(), Refusal>> + Send>>;

    fn judge(&self, request: &mut request::Parts) -> Judgement<(), Self::Pending> {
        let Some(key) = (self.key)(request) else { return Judgement::Admit(()) };
        let charge = Charge::one(key, self.quota);
        match &self.limits {
            Limits::Local(limiter) => match passage(&limiter.decide(&[charge])) {
                Ok(()) => Judgement::Admit(()),
                Err(refusal) => Judgement::Refuse(refusal),
            },
            Limits::Store(limiter) => {
                let (limiter, on_error) = (Arc::clone(limiter), self.on_error);
                Judgement::Pending(Box::pin(async move {
                    match limiter.measure(&[charge]).await {
                        Ok(verdict) => passage(&verdict),
                        Err(error) => undecided(on_error, &error),
                    }
                }))
            }
        }
    }

    fn admit(&self, (): (), _: &mut request::Parts) {}

    fn respond((): (), _: &mut response::Parts) {}
}

fn passage(verdict: &Verdict) -> Result<(), Refusal> {
    verdict.problem().map_or(Ok(()), |problem| Err(Refusal::new(problem, "rate_limited")))
}

fn undecided(policy: OnLimiterError, error: &StoreError) -> Result<(), Refusal> {
    match policy {
        OnLimiterError::Refuse => Err(Refusal::new(Problem::from(error), "limiter_unavailable")),
        OnLimiterError::Allow => {
            let cause = std::error::Error::source(error);
            tracing::error!(%error, cause, "served without a limit: the limiter could not decide");
            Ok(())
        }
    }
}
