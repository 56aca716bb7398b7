//! Roles, handed out and taken away by those who may.

use crate::access::{ROLE_REVOKE, RoleGrant};
use crate::app::Gateway;
use crate::visit::Visit;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::put;
use stockade::axum::{Path, Rejection};
use stockade::core::{Action, Problem, Resource, RoleName, SubjectId};

pub(crate) fn routes() -> Router<Gateway> {
    Router::new().route("/v1/admin/accounts/{id}/roles/{role}", put(grant).delete(revoke))
}

/// 204, also where the account has the role already. It counts from the account's next login or refresh.
async fn grant(
    visit: Visit<RoleGrant>,
    State(gateway): State<Gateway>,
    Path((to, role)): Path<(SubjectId, RoleName)>,
) -> Result<StatusCode, Rejection> {
    check(&gateway, &to, &role).await?;
    let on = Resource::new("account", &to);
    visit.record(&gateway, Action::ROLE_GRANT, on, |event| event.with("role", role.as_str())).await?;
    let done = gateway.stores.roles.grant(&to, &role).await;
    done.map_err(|error| Rejection::of(&error)).map(|_| StatusCode::NO_CONTENT)
}

/// 204, also where the account does not have it. Access tokens that say otherwise are void within five seconds. Nobody takes a
/// role off themselves: the last administrator would lock everybody out.
async fn revoke(
    visit: Visit<RoleGrant>,
    State(gateway): State<Gateway>,
    Path((to, role)): Path<(SubjectId, RoleName)>,
) -> Result<StatusCode, Rejection> {
    if visit.principal().subject() == &to {
        return Err(Problem::forbidden().into());
    }
    check(&gateway, &to, &role).await?;
    let on = Resource::new("account", &to);
    visit.record(&gateway, ROLE_REVOKE, on, |event| event.with("role", role.as_str())).await?;
    let _ = gateway.stores.roles.revoke(&to, &role).await.map_err(|error| Rejection::of(&error))?;
    let raised = gateway.stores.sessions.raise_security_version(&to).await;
    raised.map_err(|error| Rejection::of(&error)).map(|_| StatusCode::NO_CONTENT)
}

async fn check(gateway: &Gateway, to: &SubjectId, role: &RoleName) -> Result<(), Rejection> {
    if !gateway.policy.defines(role) {
        return Err(Problem::invalid_field("role", "unknown", "there is no such role").into());
    }
    let account = gateway.stores.accounts.by_id(to).await.map_err(|error| Rejection::of(&error))?;
    account.map(drop).ok_or_else(|| Problem::not_found().into())
}
