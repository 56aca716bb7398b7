//! An administrator at work: who, from where, and the record of it.

use crate::app::App;
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

    /// Puts on record what this visit is about to do: before it is done, so that a crash between the two leaves a record too many, never
    /// a change that nobody knows of.
    pub(crate) async fn record(
        &self,
        app: &App,
        action: Action,
        on: Resource,
        facts: impl FnOnce(Event) -> Event,
    ) -> Result<(), Rejection> {
        let event =
            Event::new(app.clock.now(), &SystemEntropy, action, Outcome::Success).map_err(Problem::from)?;
        let event =
            event.by_principal(&self.by).on(on).from(self.client.clone()).in_request(self.request.clone());
        app.log.record(facts(event)).await.map_err(|error| Rejection::of(&error))
    }
}

impl<P: NamedPermission> FromRequestParts<App> for Visit<P> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Rejection> {
        Require::<P>::from_request_parts(parts, app).await?;
        let OwnHands(by) = OwnHands::from_request_parts(parts, app).await?;
        let Ok(Client(client)) = Client::from_request_parts(parts, app).await;
        let Ok(RequestName(request)) = RequestName::from_request_parts(parts, app).await;
        Ok(Self { by, client, request, permission: PhantomData })
    }
}
