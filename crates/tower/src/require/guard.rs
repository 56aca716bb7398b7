use super::RequireLayer;
use super::layer::Demand;
use crate::{Guard, Judgement, Refusal};
use http::{request, response};
use std::future::Ready;
use stockade_core::{Principal, Problem};
use stockade_rbac::Decision;

impl Guard for RequireLayer {
    type Pass = ();
    type Memo = ();
    type Pending = Ready<Result<(), Refusal>>;

    fn judge(&self, request: &mut request::Parts) -> Judgement<(), Self::Pending> {
        let Some(principal) = request.extensions.get::<Principal>() else {
            return Judgement::Refuse(Refusal::new(Problem::unauthenticated(), "no_principal"));
        };
        let decision = match &self.0 {
            Demand::Authenticated => Decision::Allow,
            Demand::Permitted { policy, permission } => policy.decide(principal, permission),
        };
        match decision {
            Decision::Allow => Judgement::Admit(()),
            Decision::Deny(reason) => Judgement::Refuse(Refusal::new(reason.into(), reason.as_str())),
        }
    }

    fn admit(&self, (): (), _: &mut request::Parts) {}

    fn respond((): (), _: &mut response::Parts) {}
}
