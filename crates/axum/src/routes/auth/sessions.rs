//! Sessions, and their end.

use super::entry::WithRefreshToken;
use super::parts::{Answer, CallFrom, granted};
use crate::{Json, OwnHands, Path, Rejection};
use axum::Extension;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, StatusCode};
use serde::Serialize;
use stockade_core::{Problem, SessionId};
use stockade_flows::{Auth, RevokedSession, SessionView};

pub(super) async fn logout(
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Json(request): Json<WithRefreshToken>,
) -> Answer<Response> {
    let token = request.refresh_token;
    auth.logout.run(token.expose(), &call).await.map_err(|error| Rejection::of(&error))?;
    Ok(signed_out())
}

pub(super) async fn logout_all(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
    CallFrom(call): CallFrom,
) -> Answer<Response> {
    granted(auth.logout_all.run(&caller, &call).await)?;
    Ok(signed_out())
}

pub(super) async fn list(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
) -> Answer<Json<SessionList>> {
    let sessions = auth.sessions.list(&caller).await.map_err(|error| Rejection::of(&error))?;
    Ok(Json(SessionList { sessions }))
}

pub(super) async fn revoke(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
    CallFrom(call): CallFrom,
    Path(id): Path<SessionId>,
) -> Answer<StatusCode> {
    match auth.sessions.revoke(&caller, id, &call).await.map_err(|error| Rejection::of(&error))? {
        RevokedSession::Over => Ok(StatusCode::NO_CONTENT),
        RevokedSession::NotFound => Err(Problem::not_found().into()),
    }
}

pub(super) async fn revoke_others(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
    CallFrom(call): CallFrom,
) -> Answer<Json<EndedSessions>> {
    let ended = granted(auth.sessions.revoke_others(&caller, &call).await)?.len();
    Ok(Json(EndedSessions { ended }))
}

/// ASVS 14.3.1: a browser that signs out forgets what it kept for this origin.
pub(super) fn signed_out() -> Response {
    const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
    (StatusCode::NO_CONTENT, [(CLEAR_SITE_DATA, r#""cache", "cookies", "storage""#)]).into_response()
}

#[derive(Serialize)]
pub(super) struct SessionList {
    sessions: Vec<SessionView>,
}

#[derive(Serialize)]
pub(super) struct EndedSessions {
    ended: usize,
}
