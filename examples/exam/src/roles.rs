//! Roles, handed out and taken away by those who may.

use crate::app::App;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::put;
use stockade::axum::{Client, OwnHands, Path, Rejection, RequestName, Require};
use stockade::core::{
    Action, Event, Outcome, Principal, Problem, Recorder, Resource, RoleName, SubjectId, SystemEntropy,
};
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

/// Who hands a role out, where they come from, and what about.
struct Handing {
    by: Principal,
    client: Client,
    request: RequestName,
    to: SubjectId,
    role: RoleName,
}

impl Handing {
    /// Puts it on record, before it is done: a crash between the two leaves a record too many, never a role that nobody knows of.
    async fn record(&self, app: &App, action: Action) -> Result<(), Rejection> {
        let event =
            Event::new(app.clock.now(), &SystemEntropy, action, Outcome::Success).map_err(Problem::from)?;
        let event = event.by_principal(&self.by).on(Resource::new("account", &self.to));
        let event = event.from(self.client.0.clone()).in_request(self.request.0.clone());
        app.log.record(event.with("role", self.role.as_str())).await.map_err(|error| Rejection::of(&error))
    }

    async fn check(&self, app: &App) -> Result<(), Rejection> {
        if !app.policy.defines(&self.role) {
            return Err(Problem::invalid_field("role", "unknown", "there is no such role").into());
        }
        let account =
            app.stores.auth.accounts.by_id(&self.to).await.map_err(|error| Rejection::of(&error))?;
        account.map(drop).ok_or_else(|| Problem::not_found().into())
    }
}

/// 204, also where the account has the role already. It counts from the account's next login or refresh.
async fn grant(
    _: Require<RoleGrant>,
    OwnHands(by): OwnHands,
    client: Client,
    request: RequestName,
    State(app): State<App>,
    Path((to, role)): Path<(SubjectId, RoleName)>,
) -> Result<StatusCode, Rejection> {
    let handing = Handing { by, client, request, to, role };
    handing.check(&app).await?;
    handing.record(&app, Action::ROLE_GRANT).await?;
    let done = app.stores.auth.roles.grant(&handing.to, &handing.role).await;
    done.map_err(|error| Rejection::of(&error)).map(|_| StatusCode::NO_CONTENT)
}

/// 204, also where the account does not have it. Access tokens that say otherwise are void within five seconds. Nobody takes a role
/// off themselves: the last administrator would lock everybody out.
async fn revoke(
    _: Require<RoleGrant>,
    OwnHands(by): OwnHands,
    client: Client,
    request: RequestName,
    State(app): State<App>,
    Path((to, role)): Path<(SubjectId, RoleName)>,
) -> Result<StatusCode, Rejection> {
    let handing = Handing { by, client, request, to, role };
    if handing.by.subject() == &handing.to {
        return Err(Problem::forbidden().into());
    }
    handing.check(&app).await?;
    handing.record(&app, ROLE_REVOKE).await?;
    let (roles, sessions) = (&app.stores.auth.roles, &app.stores.auth.sessions);
    let _ = roles.revoke(&handing.to, &handing.role).await.map_err(|error| Rejection::of(&error))?;
    sessions.raise_security_version(&handing.to).await.map_err(|error| Rejection::of(&error))?;
    Ok(StatusCode::NO_CONTENT)
}
