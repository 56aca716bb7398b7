//! Who may do what, and the record that they did.

use crate::clinic::Clinic;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::marker::PhantomData;
use stockade::axum::{Client, Rejection, RequestName, Require};
use stockade::core::{Action, ClientInfo, Event, Outcome, Principal, Problem, RequestId, Resource};
use stockade::flows::Call;
use stockade::guardrails::Caller;
use stockade::rbac::{Decision, NamedPermission, Permission};

/// Permissions by name; `policy.toml` says which role holds which.
macro_rules! permissions {
    ($($name:ident = $text:literal),* $(,)?) => {$(
        #[derive(Debug)]
        pub(crate) struct $name;

        impl NamedPermission for $name {
            const PERMISSION: Permission = Permission::literal($text);
        }
    )*};
}

permissions! {
    PatientRead = "patient:read",
    PatientNotes = "patient:notes",
    PatientWrite = "patient:write",
    ImageRead = "image:read",
    ImageWrite = "image:write",
    ImageDelete = "image:delete",
    ImageHold = "image:hold",
    AnalysisRead = "analysis:read",
    AnalysisWrite = "analysis:write",
    ChatUse = "chat:use",
    ChatReview = "chat:review",
    RoleGrant = "role:grant",
    KeysRead = "keys:read",
    KeysRotate = "keys:rotate",
}

/// What events call it.
pub(crate) const PATIENT_CREATE: Action = Action::named("patient.create");
pub(crate) const PATIENT_READ: Action = Action::named("patient.read");
pub(crate) const PATIENT_SEARCH: Action = Action::named("patient.search");
pub(crate) const IMAGE_CREATE: Action = Action::named("image.create");
pub(crate) const IMAGE_READ: Action = Action::named("image.read");
pub(crate) const ANALYSIS_CREATE: Action = Action::named("analysis.create");
pub(crate) const ANALYSIS_LIST: Action = Action::named("analysis.list");
pub(crate) const CHAT_ASK: Action = Action::named("chat.ask");
pub(crate) const CHAT_REVIEW: Action = Action::named("chat.review");
pub(crate) const KEYS_READ: Action = Action::named("keys.read");
pub(crate) const KEYS_ROTATE: Action = Action::named("keys.rotate");

/// Somebody who holds the permission `P`, and where they come from: all that an event says of them.
pub(crate) struct Visit<P> {
    principal: Principal,
    client: ClientInfo,
    request: Option<RequestId>,
    permission: PhantomData<fn() -> P>,
}

impl<P> Visit<P> {
    pub(crate) fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Where they come from, as flows record it.
    pub(crate) fn call(&self) -> Call {
        Call::new(self.client.clone(), self.request.clone())
    }

    pub(crate) fn request(&self) -> Option<&RequestId> {
        self.request.as_ref()
    }

    /// As whom a model is asked: by the first of the roles for which it is told something of its own.
    pub(crate) fn caller(&self, country: Option<&str>) -> Caller {
        let held = |name: &&str| self.principal.roles().iter().any(|role| role.as_str() == *name);
        let role = ["admin", "clinician", "viewer"].into_iter().find(held);
        let caller = Caller::principal(self.principal.clone()).client(self.client.clone());
        let caller = role.into_iter().fold(caller, |caller, role| caller.role(role));
        country
            .into_iter()
            .fold(caller, |caller, country| caller.country(country))
            .request(self.request.clone())
    }

    /// Whether the visitor holds a further permission, on which a part of the answer hangs.
    pub(crate) fn may<Q: NamedPermission>(&self, clinic: &Clinic) -> bool {
        matches!(clinic.policy.decide(&self.principal, &Q::PERMISSION), Decision::Allow)
    }

    /// The event of what is done in this visit, as a success until something else is known.
    pub(crate) fn event(&self, clinic: &Clinic, action: Action, on: Resource) -> Result<Event, Rejection> {
        let event = Event::new(clinic.clock.now(), &*clinic.entropy, action, Outcome::Success);
        let event = event.map_err(Problem::from)?.by_principal(&self.principal).on(on);
        Ok(event.from(self.client.clone()).in_request(self.request.clone()))
    }
}

impl<P: NamedPermission> FromRequestParts<Clinic> for Visit<P> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, clinic: &Clinic) -> Result<Self, Rejection> {
        let principal = Require::<P>::from_request_parts(parts, clinic).await?.into_principal();
        let Ok(Client(client)) = Client::from_request_parts(parts, clinic).await;
        let Ok(RequestName(request)) = RequestName::from_request_parts(parts, clinic).await;
        let principal = principal.in_tenant(clinic.tenant.clone());
        Ok(Self { principal, client, request, permission: PhantomData })
    }
}
