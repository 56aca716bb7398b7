//! An administrator at work: who, from where, and the record of it.

use crate::app::Gateway;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::marker::PhantomData;
use stockade::axum::{Client, OwnHands, Rejection, RequestName, Require};
use stockade::core::{
    Action, ClientInfo, Event, Outcome, Principal, Problem, Recorder, RequestId, Resource, SystemEntropy,
};
use stockade::rbac::NamedPermission;

/// Somebody who holds the permission `P` and asks in person: no API key, and nobody in another's name.
pub(crate) struct Visit<P> {
    by: Principal,
    client: ClientInfo,
    request: Option<RequestId>,
    permission: PhantomData<fn() -> P>,
}

impl<P> Visit<P> {
    pub(crate) fn principal(&self) -> &Principal {
        &self.by
    }

    /// Puts on record what is about to be done. A crash before it is leaves a record too many, never an order that nobody
    /// knows of.
    pub(crate) async fn record(
        &self,
        gateway: &Gateway,
        action: Action,
        on: Resource,
        facts: impl FnOnce(Event) -> Event,
    ) -> Result<(), Rejection> {
        let event = Event::new(gateway.clock.now(), &SystemEntropy, action, Outcome::Success)
            .map_err(Problem::from)?
            .by_principal(&self.by)
            .on(on)
            .from(self.client.clone())
            .in_request(self.request.clone());
        gateway.log.record(facts(event)).await.map_err(|error| Rejection::of(&error))
    }
}

impl<P: NamedPermission> FromRequestParts<Gateway> for Visit<P> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Rejection> {
        Require::<P>::from_request_parts(parts, gateway).await?;
        let OwnHands(by) = OwnHands::from_request_parts(parts, gateway).await?;
        let Ok(Client(client)) = Client::from_request_parts(parts, gateway).await;
        let Ok(RequestName(request)) = RequestName::from_request_parts(parts, gateway).await;
        Ok(Self { by, client, request, permission: PhantomData })
    }
}
