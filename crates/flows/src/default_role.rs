//! The role that everybody gets.

use crate::handles::Handles;
use crate::{Call, FlowError};
use stockade_core::{Action, Outcome, Resource, SubjectId};
use stockade_rbac::Granting;

impl Handles {
    /// Gives the role to `id`. Called before the account is opened by mail: a crash in between leaves a role at an account that
    /// nobody can sign in to yet, never one without its role.
    pub(crate) async fn grant_default_role(&self, id: &SubjectId, call: &Call) -> Result<(), FlowError> {
        let Some(role) = &self.default_role else { return Ok(()) };
        match self.roles.grant(id, role).await? {
            Granting::Granted => {
                let event = self.trail.event(call, Action::ROLE_GRANT, Outcome::Success)?;
                let event = event.on(Resource::new("account", id)).with("role", role.as_str());
                self.trail.record(event.because("default")).await
            }
            Granting::AlreadyHeld => Ok(()),
        }
    }
}
