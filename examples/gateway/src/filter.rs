//! What may pass the gateway, either way.

use crate::ask::MAX_BODY;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use stockade::audit::AuditQueue;
use stockade::core::{
    Action, ClientInfo, Clock, Detail, EntropyError, Event, Outcome, Principal, RequestId, SystemEntropy,
};
use stockade::guardrails::model::InjectionModel;
use stockade::guardrails::{self, Direction, Guard, Guards, Policy, Reload, RuleId, Verdict};
use stockade::tower::{Asker, GuardrailsLayer};

/// How often policies in files are looked at.
const GLANCE: Duration = Duration::from_secs(2);

/// The guard around the upstreams, and where its verdicts are recorded. A clone is another handle.
#[derive(Clone)]
pub(crate) struct Filter {
    layer: GuardrailsLayer,
    queue: AuditQueue,
    clock: Arc<dyn Clock>,
}

/// Who asks, for the record.
pub(crate) struct Asking {
    pub(crate) by: Principal,
    pub(crate) client: ClientInfo,
    pub(crate) request: Option<RequestId>,
}

impl Filter {
    /// By the policies of these names: shipped ones, or files, which are followed while the gateway runs. `None` where `none` is all that
    /// is named.
    pub(crate) fn of(
        names: &[String],
        queue: AuditQueue,
        clock: Arc<dyn Clock>,
    ) -> Result<Option<Self>, Box<dyn Error>> {
        if names == ["none"] {
            return Ok(None);
        }
        let (shipped, files): (Vec<_>, Vec<_>) =
            names.iter().partition(|name| Policy::shipped_names().any(|shipped| shipped == *name));
        let policies: Result<Vec<_>, _> = shipped.iter().map(|name| Policy::shipped(name)).collect();
        let builder = Guard::builder().scorer(Arc::new(InjectionModel::shipped()?)).policies(policies?);
        let layer = if files.is_empty() {
            GuardrailsLayer::new(builder.build()?)
        } else {
            let guards = Arc::new(builder.watch(files.iter().map(PathBuf::from))?);
            follow(guards.clone());
            GuardrailsLayer::new(guards)
        };
        Ok(Some(Self { layer: layer.max_request(MAX_BODY), queue, clock }))
    }

    /// The guard, with everything that it finds recorded as said by `asking`.
    pub(crate) fn layer_for(&self, asking: Asking) -> GuardrailsLayer {
        let (queue, clock, asker) = (self.queue.clone(), self.clock.clone(), asking.asker());
        let layer = self.layer.clone().asking(move |_| asker.clone());
        layer.on_verdict(move |direction, verdict, _| {
            if verdict.action == guardrails::Action::Allow && verdict.failures.is_empty() {
                return;
            }
            // The wall's own event of this request waits in the same queue: where it has no room, the request was refused.
            let event = asking.event(&*clock, direction, verdict).ok();
            if event.is_none_or(|event| queue.try_record(event).is_err()) {
                tracing::error!(rules = rules(verdict), "a verdict could not be recorded");
            }
        })
    }
}

impl Asking {
    /// By the first of their roles.
    fn asker(&self) -> Asker {
        let held = |name: &&str| self.by.roles().iter().any(|role| role.as_str() == *name);
        let role = ["admin", "user", "viewer", "guest"].into_iter().find(held);
        Asker { role: role.map(str::to_owned), ..Asker::default() }
    }

    fn event(
        &self,
        clock: &dyn Clock,
        direction: Direction,
        verdict: &Verdict,
    ) -> Result<Event, EntropyError> {
        let action = match direction {
            Direction::Input => Action::named("guardrails.input"),
            Direction::Output => Action::named("guardrails.output"),
        };
        let (outcome, told) = match verdict.action {
            guardrails::Action::Allow => (Outcome::Success, "allow"),
            guardrails::Action::Redact => (Outcome::Success, "redact"),
            guardrails::Action::Block => (Outcome::Denied, "block"),
            guardrails::Action::Escalate => (Outcome::Denied, "escalate"),
        };
        let mut event = Event::new(clock.now(), &SystemEntropy, action, outcome)?
            .by_principal(&self.by)
            .from(self.client.clone())
            .in_request(self.request.clone())
            .with("verdict", told)
            .with("rules", rules(verdict))
            .with("failures", verdict.failures.len());
        if let Some(score) = verdict.score {
            event = event.with("score", Detail::text(format_args!("{score:.2}")));
        }
        Ok(event)
    }
}

fn rules(verdict: &Verdict) -> String {
    verdict.rules().into_iter().map(RuleId::as_str).collect::<Vec<_>>().join(" ")
}

/// Takes up what operators change, for as long as the process lives. A file that is no policy leaves the guard as it was.
fn follow(guards: Arc<Guards>) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(GLANCE).await;
            let guards = guards.clone();
            match tokio::task::spawn_blocking(move || guards.reload_if_changed()).await {
                Ok(Reload::Unchanged) => {}
                Ok(Reload::Replaced) => tracing::info!("the policies were read again"),
                Ok(Reload::Kept(error)) => {
                    tracing::error!(%error, "a policy is refused, the older ones stay")
                }
                Err(error) => tracing::error!(%error, "the policies could not be looked at"),
            }
        }
    });
}
