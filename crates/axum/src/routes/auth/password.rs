//! Changing a password, and resetting one by mail.

use super::parts::{Answer, CallFrom, granted};
use super::tokens::{self, Entry};
use crate::{Json, OwnHands};
use axum::Extension;
use http::StatusCode;
use stockade_flows::{Auth, PasswordChange, ResetConfirmation, ResetRequest};

pub(super) async fn change(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
    CallFrom(call): CallFrom,
    Json(request): Json<PasswordChange>,
) -> Answer<Json<Entry>> {
    Ok(Json(tokens::entry(granted(auth.change_password.run(&caller, request, &call).await)?)?))
}

pub(super) async fn request_reset(
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Json(request): Json<ResetRequest>,
) -> Answer<StatusCode> {
    granted(auth.reset_password.request(request, &call).await)?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) async fn confirm_reset(
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Json(request): Json<ResetConfirmation>,
) -> Answer<StatusCode> {
    granted(auth.reset_password.confirm(request, &call).await)?;
    Ok(StatusCode::NO_CONTENT)
}
