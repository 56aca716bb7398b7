use super::StepUpLayer;
use super::layer::Demand;
use crate::{Guard, Judgement, Refusal};
use http::{request, response};
use std::future::Ready;
use stockade_authn::step_up::{Hands, require_own_hands};
use stockade_core::{Principal, Problem};

impl Guard for StepUpLayer {
    type Pass = ();
    type Memo = ();
    type Pending = Ready<Result<(), Refusal>>;

    fn judge(&self, request: &mut request::Parts) -> Judgement<(), Self::Pending> {
        let Some(principal) = request.extensions.get::<Principal>() else {
            return Judgement::Refuse(Refusal::new(Problem::unauthenticated(), "no_principal"));
        };
        match &self.0 {
            Demand::Recent { rule, clock } => match rule.enforce(principal, clock.now()) {
                Ok(()) => Judgement::Admit(()),
                Err(refusal) => Judgement::Refuse(Refusal::new((&refusal).into(), refusal.reason().as_str())),
            },
            Demand::OwnHands => match require_own_hands(principal) {
                Hands::Own => Judgement::Admit(()),
                Hands::Borrowed(by) => Judgement::Refuse(Refusal::new(by.into(), by.as_str())),
            },
        }
    }

    fn admit(&self, (): (), _: &mut request::Parts) {}

    fn respond((): (), _: &mut response::Parts) {}
}
