//! The model with everything around it.

use super::remote::{Place, Remote};
use super::unconnected::Unconnected;
use std::error::Error;
use std::sync::Arc;
use stockade::audit::AuditLog;
use stockade::core::{Clock, Entropy};
use stockade::guardrails::{
    Caller, ChatError, ChatModel, ChatRequest, GenerationPolicies, GenerationPolicy, Guard, GuardedModel,
    Policy, Preview, Reply,
};

/// What may pass to the model and from it. An emergency goes before whatever else is found.
const POLICIES: [&str; 7] =
    ["emergency", "self-harm", "medical", "medical-output", "pii", "secrets", "output-safety"];

const FOR_STAFF: &str = "You help the staff of a clinic with its paperwork and with general questions. You give no diagnosis, no \
dose and no treatment; you refer to the physician in charge. You know no patient.";

const FOR_OTHERS: &str = "You help people who use a clinic's system to find their way in it. You give no diagnosis, no dose and \
no treatment; you refer to the staff. You know no patient.";

/// Answers questions. A clone is another handle.
#[derive(Clone)]
pub(crate) struct Assistant(Arc<GuardedModel<Arc<dyn ChatModel>>>);

impl Assistant {
    /// Asks the model at `place`; without one it says so in its place.
    ///
    /// The events of the guard have no preview: no word of a patient stands in the audit log. What was said is kept sealed.
    pub(crate) fn new(
        place: Option<Place>,
        log: AuditLog,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Box<dyn Error>> {
        let model: Arc<dyn ChatModel> = match place {
            Some(place) => Arc::new(Remote::new(place)),
            None => Arc::new(Unconnected),
        };
        let guard = POLICIES
            .iter()
            .try_fold(Guard::builder(), |builder, name| {
                Ok::<_, Box<dyn Error>>(builder.policy(Policy::shipped(name)?))
            })?
            .build()?;
        let model = GuardedModel::new(model, guard, bounds(), Arc::new(log), clock, entropy);
        Ok(Self(Arc::new(model.preview(Preview::Omit))))
    }

    pub(crate) async fn ask(&self, caller: &Caller, request: &ChatRequest) -> Result<Reply, ChatError> {
        self.0.answer(caller, request).await
    }
}

/// Temperature and length as medicine wants them for everybody; what the assistant is told depends on who asks.
fn bounds() -> GenerationPolicies {
    let told = |prompt: &str| GenerationPolicy {
        system_prompt: Some(prompt.to_owned()),
        ..GenerationPolicy::medical()
    };
    let staff = ["admin", "clinician"].map(|role| (role.to_owned(), told(FOR_STAFF)));
    GenerationPolicies { everybody: told(FOR_OTHERS), roles: staff.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gets_more_than_medicine_wants() {
        let bounds = bounds();
        bounds.validate().unwrap();
        for role in [None, Some("viewer"), Some("clinician"), Some("admin")] {
            let policy = bounds.of(role);
            assert_eq!((policy.max_temperature, policy.max_output_tokens), (0.3, 500), "{role:?}");
            assert!(policy.system_prompt.as_ref().unwrap().contains("no diagnosis"), "{role:?}");
        }
    }
}
