//! Roles, handed out by those who may.

use crate::access::{RoleGrant, Visit};
use crate::clinic::Clinic;
use axum::extract::State;
use axum::http::StatusCode;
use stockade::authn::account::AccountStore;
use stockade::axum::{Path, Rejection};
use stockade::core::{Action, Problem, Resource, RoleName, SubjectId};
use stockade::rbac::RoleAssignments;

/// `PUT /v1/admin/users/{id}/roles/{role}`: 204, also where the account has the role already. It counts from the account's next
/// login or refresh.
pub(crate) async fn grant(
    visit: Visit<RoleGrant>,
    State(clinic): State<Clinic>,
    Path((account, role)): Path<(SubjectId, RoleName)>,
) -> Result<StatusCode, Rejection> {
    let on = Resource::new("account", &account);
    let event = visit.event(&clinic, Action::ROLE_GRANT, on)?.with("role", role.as_str());
    if !clinic.policy.defines(&role) {
        return Err(Problem::invalid_field("role", "unknown", "there is no such role").into());
    }
    if clinic.accounts.by_id(&account).await.map_err(|error| Rejection::of(&error))?.is_none() {
        return Err(clinic.not_found(event).await);
    }
    // A crash between the two leaves a record too many, never a role that nobody knows of.
    clinic.record(event.clone()).await?;
    if let Err(error) = clinic.accounts.grant(&account, &role).await {
        clinic.record_failure(event, "not_granted").await;
        return Err(Rejection::of(&error));
    }
    Ok(StatusCode::NO_CONTENT)
}
