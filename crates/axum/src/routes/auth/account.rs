//! An account's beginning, its address and its end.

use super::parts::{Answer, CallFrom, granted};
use super::sessions::signed_out;
use crate::{Caller, Json, OwnHands, Rejection};
use axum::Extension;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use stockade_core::{Problem, SubjectId};
use stockade_flows::{
    AccountRemoval, AccountView, Auth, EmailChangeRequest, EmailProof, ResendRequest, SignUpRequest,
};

pub(super) async fn sign_up(
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Json(request): Json<SignUpRequest>,
) -> Answer<Response> {
    let outcome = auth.sign_up.run(request, &call).await.map_err(|error| Rejection::of(&error))?;
    Ok(match outcome.into_result()? {
        Some(id) => (StatusCode::CREATED, Json(SignedUp { id })).into_response(),
        None => StatusCode::ACCEPTED.into_response(),
    })
}

pub(super) async fn verify_email(
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Json(request): Json<EmailProof>,
) -> Answer<StatusCode> {
    granted(auth.verify_email.run(request, &call).await)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn resend(
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Json(request): Json<ResendRequest>,
) -> Answer<StatusCode> {
    granted(auth.verify_email.resend(request, &call).await)?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) async fn change_email(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
    CallFrom(call): CallFrom,
    Json(request): Json<EmailChangeRequest>,
) -> Answer<StatusCode> {
    granted(auth.change_email.run(&caller, request, &call).await)?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) async fn remove(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
    CallFrom(call): CallFrom,
    Json(request): Json<AccountRemoval>,
) -> Answer<Response> {
    granted(auth.close_account.remove(&caller, request, &call).await)?;
    Ok(signed_out())
}

pub(super) async fn me(
    Extension(auth): Extension<Auth>,
    Caller(caller): Caller,
) -> Answer<Json<AccountView>> {
    let view = auth.me.run(&caller).await.map_err(|error| Rejection::of(&error))?;
    Ok(Json(view.ok_or_else(Problem::unauthenticated)?))
}

#[derive(Serialize)]
struct SignedUp {
    id: SubjectId,
}
