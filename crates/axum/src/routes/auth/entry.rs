//! Ways into a session.

use super::parts::{Answer, CallFrom, granted};
use super::tokens::{self, Entry};
use crate::{Json, OwnHands, Rejection};
use axum::Extension;
use serde::Deserialize;
use stockade_core::Secret;
use stockade_flows::{Auth, LoginCompletion, LoginRequest, Reauthentication};

pub(super) async fn login(
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Json(request): Json<LoginRequest>,
) -> Answer<Json<Entry>> {
    let outcome = auth.login.run(request, &call).await.map_err(|error| Rejection::of(&error))?;
    Ok(Json(tokens::entry(outcome)?))
}

pub(super) async fn complete(
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Json(request): Json<LoginCompletion>,
) -> Answer<Json<Entry>> {
    Ok(Json(Entry::from(&granted(auth.complete_login.run(request, &call).await)?)))
}

pub(super) async fn reauthenticate(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
    CallFrom(call): CallFrom,
    Json(request): Json<Reauthentication>,
) -> Answer<Json<Entry>> {
    Ok(Json(Entry::from(&granted(auth.reauthenticate.run(&caller, request, &call).await)?)))
}

pub(super) async fn refresh(
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Json(request): Json<WithRefreshToken>,
) -> Answer<Json<Entry>> {
    let outcome = auth.refresh.run(request.refresh_token.expose(), &call).await;
    Ok(Json(Entry::from(&outcome.map_err(|error| Rejection::of(&error))?.into_result()?)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WithRefreshToken {
    pub(super) refresh_token: Secret<String>,
}
