//! Setting up a second factor, and doing without it.

use super::parts::{Answer, CallFrom, granted};
use crate::{Json, OwnHands, Rejection};
use axum::Extension;
use http::StatusCode;
use serde::Serialize;
use stockade_flows::{
    Auth, BackupCodesView, EnrolmentConfirmation, EnrolmentView, FactorRemoval, Presence, Regeneration,
};

pub(super) async fn status(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
) -> Answer<Json<Status>> {
    let factors = auth.mfa.status(&caller).await.map_err(|error| Rejection::of(&error))?;
    Ok(Json(Status {
        enabled: factors.required(),
        pending: factors.pending.is_some(),
        backup_codes_left: factors.backup_codes_left(),
    }))
}

pub(super) async fn enroll(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
    CallFrom(call): CallFrom,
    Json(request): Json<Presence>,
) -> Answer<Json<Enrolment>> {
    Enrolment::of(&granted(auth.mfa.enroll(&caller, request, &call).await)?).map(Json)
}

pub(super) async fn confirm(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
    CallFrom(call): CallFrom,
    Json(request): Json<EnrolmentConfirmation>,
) -> Answer<Json<BackupCodes>> {
    Ok(Json(BackupCodes::from(&granted(auth.mfa.confirm(&caller, request, &call).await)?)))
}

pub(super) async fn disable(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
    CallFrom(call): CallFrom,
    Json(request): Json<FactorRemoval>,
) -> Answer<StatusCode> {
    granted(auth.mfa.disable(&caller, request, &call).await)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn regenerate(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
    CallFrom(call): CallFrom,
    Json(request): Json<Regeneration>,
) -> Answer<Json<BackupCodes>> {
    Ok(Json(BackupCodes::from(&granted(auth.mfa.regenerate(&caller, request, &call).await)?)))
}

#[derive(Serialize)]
pub(super) struct Status {
    enabled: bool,
    pending: bool,
    backup_codes_left: u32,
}

/// Shown once: nothing reads it back.
#[derive(Serialize)]
pub(super) struct Enrolment {
    secret: String,
    uri: String,
    qr_svg: String,
    expires_in: u64,
}

impl Enrolment {
    fn of(enrolment: &EnrolmentView) -> Result<Self, Rejection> {
        let qr = enrolment.svg().map_err(|error| Rejection::of(&error))?;
        Ok(Self {
            secret: enrolment.secret.expose().clone(),
            uri: enrolment.uri.expose().clone(),
            qr_svg: qr.expose().clone(),
            expires_in: enrolment.expires_in.as_secs(),
        })
    }
}

/// Shown once: nothing reads it back.
#[derive(Serialize)]
pub(super) struct BackupCodes {
    backup_codes: Vec<String>,
}

impl From<&BackupCodesView> for BackupCodes {
    fn from(view: &BackupCodesView) -> Self {
        Self { backup_codes: view.codes.iter().map(|code| code.expose().clone()).collect() }
    }
}
