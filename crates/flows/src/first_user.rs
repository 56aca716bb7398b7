//! The role that the first account gets.

use crate::handles::Handles;
use crate::{Call, FlowError};
use stockade_core::{Action, Outcome, Resource, RoleName, SubjectId};
use stockade_rbac::FirstGrant;

impl Handles {
    /// Gives the role to `id` if nobody ever had it.
    pub(crate) async fn claim_first_user_role(
        &self,
        id: &SubjectId,
        call: &Call,
    ) -> Result<Option<RoleName>, FlowError> {
        let Some(role) = &self.first_user_role else { return Ok(None) };
        match self.roles.grant_first(id, role).await? {
            FirstGrant::Granted => {
                tracing::warn!(subject = %id, %role, "the first account got the role");
                let event = self.trail.event(call, Action::ROLE_GRANT, Outcome::Success)?;
                let event = event.on(Resource::new("account", id)).with("role", role.as_str());
                if let Err(error) = self.trail.record(event.because("first_user")).await {
                    // The error to tell is the first one, whether or not this works.
                    let _ = self.roles.revoke(id, role).await;
                    tracing::error!(%role, "the first grant was not recorded and is void; an operator has to grant the role");
                    return Err(error);
                }
                Ok(Some(role.clone()))
            }
            FirstGrant::HeldBefore => Ok(None),
        }
    }
}
