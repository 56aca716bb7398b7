//! Roles, handed out and taken away by those who may.

use crate::app::App;
use crate::visit::Visit;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::put;
use stockade::axum::{Path, Rejection};
use stockade::core::{Action, Problem, Resource, RoleName, SubjectId};
use stockade::rbac::{NamedPermission, Permission};

#[derive(Debug)]
pub(crate) struct RoleGrant;

impl NamedPermission for RoleGrant {
    const PERMISSION: Permission = Permission::literal("role:grant");
}

/// What events call it.
const ROLE_REVOKE: Action = Action::named("rbac.role_revoke");

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/v1/admin/accounts/{id}/roles/{role}", put(grant).delete(revoke))
}

/// 204, also where the account has the role already. It counts from the account's next login or refresh.
async fn grant(
    visit: Visit<RoleGrant>,
    State(app): State<App>,
    Path((to, role)): Path<(SubjectId, RoleName)>,
) -> Result<StatusCode, Rejection> {
    check(&app, &to, &role).await?;
    let on = Resource::new("account", &to);
    visit.record(&app, Action::ROLE_GRANT, on, |event| event.with("role", role.as_str())).await?;
    let done = app.stores.auth.roles.grant(&to, &role).await;
    done.map_err(|error| Rejection::of(&error)).map(|_| StatusCode::NO_CONTENT)
}

/// 204, also where the account does not have it. Access tokens that say otherwise are void within five seconds. Nobody takes a role
/// off themselves: the last administrator would lock everybody out.
async fn revoke(
    visit: Visit<RoleGrant>,
    State(app): State<App>,
    Path((to, role)): Path<(SubjectId, RoleName)>,
) -> Result<StatusCode, Rejection> {
    if visit.principal().subject() == &to {
        return Err(Problem::forbidden().into());
    }
    check(&app, &to, &role).await?;
    let on = Resource::new("account", &to);
    visit.record(&app, ROLE_REVOKE, on, |event| event.with("role", role.as_str())).await?;
    let (roles, sessions) = (&app.stores.auth.roles, &app.stores.auth.sessions);
    let _ = roles.revoke(&to, &role).await.map_err(|error| Rejection::of(&error))?;
    sessions.raise_security_version(&to).await.map_err(|error| Rejection::of(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn check(app: &App, to: &SubjectId, role: &RoleName) -> Result<(), Rejection> {
    if !app.policy.defines(role) {
        return Err(Problem::invalid_field("role", "unknown", "there is no such role").into());
    }
    let account = app.stores.auth.accounts.by_id(to).await.map_err(|error| Rejection::of(&error))?;
    account.map(drop).ok_or_else(|| Problem::not_found().into())
}
