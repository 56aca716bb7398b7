//! What administrators may do to the accounts of others.

use super::auth::parts::{CallFrom, granted};
use crate::{Json, OwnHands, Path, Rejection, Require};
use axum::extract::FromRef;
use axum::routing::post;
use axum::{Extension, Router};
use http::StatusCode;
use serde::Serialize;
use std::sync::Arc;
use stockade_core::SubjectId;
use stockade_flows::{Auth, ImpersonationRequest};
use stockade_rbac::{NamedPermission, Permission, Policy};

/// `account:manage`: may close, open and sign out accounts, start resets for them, and take lost second factors off them.
#[derive(Debug)]
pub struct ManageAccounts;

impl NamedPermission for ManageAccounts {
    const PERMISSION: Permission = Permission::literal("account:manage");
}

/// `account:impersonate`: may act in the name of others.
#[derive(Debug)]
pub struct Impersonate;

impl NamedPermission for Impersonate {
    const PERMISSION: Permission = Permission::literal("account:impersonate");
}

/// The administration of accounts, under `/v1/admin`, for who holds [`ManageAccounts`], and [`Impersonate`] for the last one. None
/// of it is for API keys, or in somebody else's name.
///
/// | route | body | answer |
/// |---|---|---|
/// | `POST accounts/{id}/disable` | | 204 |
/// | `POST accounts/{id}/enable` | | 204 |
/// | `POST accounts/{id}/remove` | | 204 |
/// | `POST accounts/{id}/end-sessions` | | 204 |
/// | `POST accounts/{id}/password-reset` | | 202: the mail goes to the owner |
/// | `POST accounts/{id}/mfa/remove` | | 204 |
/// | `POST impersonate` | `{subject, reason, seconds?}` | 200 `{access_token, token_type, expires_in}` |
///
/// Whoever may impersonate everybody may do what everybody may: give the permission to few, and do not let roles above theirs be
/// impersonated where that matters; the library does not rank roles.
pub fn admin_router<S>(auth: Auth) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Policy>: FromRef<S>,
{
    let routes = Router::new()
        .route("/accounts/{id}/disable", post(disable))
        .route("/accounts/{id}/enable", post(enable))
        .route("/accounts/{id}/remove", post(remove))
        .route("/accounts/{id}/end-sessions", post(end_sessions))
        .route("/accounts/{id}/password-reset", post(start_reset))
        .route("/accounts/{id}/mfa/remove", post(remove_second_factor))
        .route("/impersonate", post(impersonate))
        .layer(Extension(auth));
    Router::new().nest("/v1/admin", routes)
}

async fn disable(
    manager: Require<ManageAccounts>,
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Path(id): Path<SubjectId>,
) -> Result<StatusCode, Rejection> {
    granted(auth.administer.disable(manager.principal(), &id, &call).await)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn enable(
    manager: Require<ManageAccounts>,
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Path(id): Path<SubjectId>,
) -> Result<StatusCode, Rejection> {
    granted(auth.administer.enable(manager.principal(), &id, &call).await)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(
    manager: Require<ManageAccounts>,
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Path(id): Path<SubjectId>,
) -> Result<StatusCode, Rejection> {
    granted(auth.administer.remove(manager.principal(), &id, &call).await)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end_sessions(
    manager: Require<ManageAccounts>,
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Path(id): Path<SubjectId>,
) -> Result<StatusCode, Rejection> {
    granted(auth.administer.end_sessions(manager.principal(), &id, &call).await)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn start_reset(
    manager: Require<ManageAccounts>,
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Path(id): Path<SubjectId>,
) -> Result<StatusCode, Rejection> {
    granted(auth.administer.start_reset(manager.principal(), &id, &call).await)?;
    Ok(StatusCode::ACCEPTED)
}

async fn remove_second_factor(
    manager: Require<ManageAccounts>,
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Path(id): Path<SubjectId>,
) -> Result<StatusCode, Rejection> {
    granted(auth.administer.remove_second_factor(manager.principal(), &id, &call).await)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn impersonate(
    _: Require<Impersonate>,
    OwnHands(caller): OwnHands,
    Extension(auth): Extension<Auth>,
    CallFrom(call): CallFrom,
    Json(request): Json<ImpersonationRequest>,
) -> Result<Json<Borrowed>, Rejection> {
    let token = granted(auth.impersonate.run(&caller, request, &call).await)?;
    Ok(Json(Borrowed {
        access_token: token.token.expose().clone(),
        token_type: "bearer",
        expires_in: token.expires_in.as_secs(),
    }))
}

#[derive(Serialize)]
struct Borrowed {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
}
