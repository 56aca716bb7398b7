//! API keys.

use super::parts::{Answer, CallFrom, granted};
use crate::{Json, OwnHands, Path, Rejection};
use axum::Extension;
use http::StatusCode;
use serde::Serialize;
use stockade_authn::api_key::{ApiKeySummary, IssuedApiKey};
use stockade_core::ApiKeyId;
use stockade_flows::{ApiKeyRequest, ApiKeyRotationRequest, Auth};

pub(super) async fn list(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
) -> Answer<Json<ApiKeyList>> {
    let api_keys = auth.api_keys.list(&caller).await.map_err(|error| Rejection::of(&error))?;
    Ok(Json(ApiKeyList { api_keys }))
}

pub(super) async fn create(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
    CallFrom(call): CallFrom,
    Json(request): Json<ApiKeyRequest>,
) -> Answer<(StatusCode, Json<Issued>)> {
    let issued = granted(auth.api_keys.create(&caller, request, &call).await)?;
    Ok((StatusCode::CREATED, Json(issued.into())))
}

pub(super) async fn rotate(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
    CallFrom(call): CallFrom,
    Path(id): Path<ApiKeyId>,
    Json(request): Json<ApiKeyRotationRequest>,
) -> Answer<(StatusCode, Json<Issued>)> {
    let issued = granted(auth.api_keys.rotate(&caller, &id, request, &call).await)?;
    Ok((StatusCode::CREATED, Json(issued.into())))
}

pub(super) async fn revoke(
    Extension(auth): Extension<Auth>,
    OwnHands(caller): OwnHands,
    CallFrom(call): CallFrom,
    Path(id): Path<ApiKeyId>,
) -> Answer<StatusCode> {
    granted(auth.api_keys.revoke(&caller, &id, &call).await)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize)]
pub(super) struct ApiKeyList {
    api_keys: Vec<ApiKeySummary>,
}

/// Shown once: nothing reads it back.
#[derive(Serialize)]
pub(super) struct Issued {
    key: String,
    #[serde(flatten)]
    summary: ApiKeySummary,
}

impl From<IssuedApiKey> for Issued {
    fn from(issued: IssuedApiKey) -> Self {
        Self { key: issued.key.expose().clone(), summary: issued.summary }
    }
}
