use super::caller::{principal, refused};
use crate::Rejection;
use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use stockade_authn::step_up::{Hands, NamedStepUp, require_own_hands};
use stockade_core::{Clock, Principal};

/// A caller that satisfies the rule `R`: who they are was proved so recently, and by so much. 401 with what the rule demands
/// where a fresh sign-in would do (RFC 9470); 403 for API keys, other programs, and whoever acts in another's name.
///
/// ```
/// use std::time::Duration;
/// use stockade_authn::step_up::{NamedStepUp, StepUp};
/// use stockade_axum::Recent;
/// use stockade_core::Assurance;
///
/// struct ChangeAddress;
/// impl NamedStepUp for ChangeAddress {
///     const RULE: StepUp = StepUp::require_recent(Duration::from_secs(300), Assurance::Aal1);
/// }
///
/// async fn change(owner: Recent<ChangeAddress>) -> String {
///     format!("a new address for {}", owner.principal().subject())
/// }
/// # let _ = change;
/// ```
pub struct Recent<R> {
    principal: Principal,
    rule: PhantomData<fn() -> R>,
}

impl<R> Recent<R> {
    /// Who asks.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Who asks.
    #[must_use]
    pub fn into_principal(self) -> Principal {
        self.principal
    }
}

impl<R, S> FromRequestParts<S> for Recent<R>
where
    R: NamedStepUp,
    S: Send + Sync,
    Arc<dyn Clock>: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let principal = principal(parts)?;
        match R::RULE.enforce(&principal, Arc::<dyn Clock>::from_ref(state).now()) {
            Ok(()) => Ok(Self { principal, rule: PhantomData }),
            Err(refusal) => Err(refused(parts, (&refusal).into(), refusal.reason().as_str())),
        }
    }
}

impl<R: NamedStepUp> fmt::Debug for Recent<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recent").field("rule", &R::RULE).field("principal", &self.principal).finish()
    }
}

/// A caller who asks in person and for themselves: 403 for API keys, other programs, and whoever acts in another's name. For
/// whatever touches credentials.
#[derive(Debug, Clone)]
pub struct OwnHands(pub Principal);

impl<S: Send + Sync> FromRequestParts<S> for OwnHands {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        let principal = principal(parts)?;
        match require_own_hands(&principal) {
            Hands::Own => Ok(Self(principal)),
            Hands::Borrowed(by) => Err(refused(parts, by.into(), by.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use http::Request;
    use std::time::Duration;
    use stockade_authn::step_up::StepUp;
    use stockade_core::{Assurance, ManualClock, UnixMillis};
    use stockade_tower::{AuditNotes, EnvelopeLayer};
    use tower::ServiceExt;

    struct Rule;

    impl NamedStepUp for Rule {
        const RULE: StepUp = StepUp::require_recent(Duration::from_secs(300), Assurance::Aal1);
    }

    const NOW: UnixMillis = UnixMillis::from_millis(1_700_000_000_000);

    async fn answer(path: &str, principal: Principal) -> (u16, Option<String>, Option<String>) {
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(NOW));
        let app = Router::new()
            .route("/recent", get(async |caller: Recent<Rule>| caller.into_principal().subject().to_string()))
            .route("/own", get(async |OwnHands(principal): OwnHands| principal.subject().to_string()))
            .with_state(clock)
            .layer(EnvelopeLayer::new());
        let (mut request, notes) = (Request::get(path).body(Body::empty()).unwrap(), AuditNotes::new());
        request.extensions_mut().insert(notes.clone());
        request.extensions_mut().insert(principal);
        let response = app.oneshot(request).await.unwrap();
        let challenge =
            response.headers().get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
        (response.status().as_u16(), challenge, notes.reason().map(Into::into))
    }

    fn ada(age: u64) -> Principal {
        Principal::user("ada".parse().unwrap()).authenticated_at(NOW.minus(Duration::from_secs(age)))
    }

    #[tokio::test]
    async fn asvs_v7_5_3_a_handler_that_demands_a_fresh_sign_in_does_not_run_on_an_old_one() {
        assert_eq!(answer("/recent", ada(300)).await, (200, None, None));
        let (status, challenge, _) = answer("/recent", ada(301)).await;
        let demand = r#"Bearer error="insufficient_user_authentication", acr_values="aal1", max_age="300""#;
        assert_eq!((status, challenge.as_deref()), (401, Some(demand)));
        assert_eq!(answer("/own", ada(301)).await.0, 200);
    }

    #[tokio::test]
    async fn escalation_borrowed_hands_are_refused_for_good() {
        let root = ada(0).acted_by("root".parse().unwrap());
        let key = Principal::api_key("ada".parse().unwrap(), "k1".parse().unwrap(), []);
        for path in ["/recent", "/own"] {
            for principal in [root.clone(), key.clone()] {
                let (status, challenge, reason) = answer(path, principal).await;
                assert_eq!((status, challenge), (403, None), "{path}");
                assert!(reason.is_some(), "{path}");
            }
        }
    }
}
