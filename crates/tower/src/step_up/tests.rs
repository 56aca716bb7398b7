use super::*;
use crate::AuditNotes;
use crate::testing::{Counting, get};
use http::header::WWW_AUTHENTICATE;
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::step_up::StepUp;
use stockade_core::{Assurance, Clock, ManualClock, Principal, UnixMillis};
use tower::{Layer, ServiceExt};

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)))
}

fn ada(clock: &ManualClock) -> Principal {
    Principal::user("ada".parse().unwrap()).authenticated_at(clock.now())
}

/// The status, the challenge, the number of inner calls and the audit log's reason.
async fn outcome(
    layer: &StepUpLayer,
    principal: Option<Principal>,
) -> (u16, Option<String>, usize, Option<String>) {
    let (inner, notes) = (Counting::default(), AuditNotes::new());
    let mut request = get("/");
    request.extensions_mut().insert(notes.clone());
    if let Some(principal) = principal {
        request.extensions_mut().insert(principal);
    }
    let response = layer.layer(inner.clone()).oneshot(request).await.unwrap();
    let challenge = response.headers().get(WWW_AUTHENTICATE).map(|value| value.to_str().unwrap().to_owned());
    (response.status().as_u16(), challenge, inner.calls(), notes.reason().map(Into::into))
}

#[tokio::test]
async fn asvs_v7_5_3_an_old_sign_in_is_told_how_fresh_it_has_to_be_and_nothing_runs() {
    let clock = clock();
    let rule = StepUp::require_recent(Duration::from_secs(300), Assurance::Aal1);
    let layer = StepUpLayer::require_recent(rule, clock.clone());
    let ada = ada(&clock);
    assert_eq!(outcome(&layer, Some(ada.clone())).await, (200, None, 1, None));
    clock.advance(Duration::from_secs(301));
    let challenge = r#"Bearer error="insufficient_user_authentication", acr_values="aal1", max_age="300""#;
    let refused = (401, Some(challenge.to_owned()), 0, Some("auth_time_too_old".to_owned()));
    assert_eq!(outcome(&layer, Some(ada)).await, refused);
    assert_eq!(outcome(&layer, None).await, (401, Some("Bearer".into()), 0, Some("no_principal".into())));
}

#[tokio::test]
async fn escalation_borrowed_hands_are_refused_for_good() {
    let clock = clock();
    let root = ada(&clock).acted_by("root".parse().unwrap());
    let key = Principal::api_key("ada".parse().unwrap(), "k1".parse().unwrap(), []);
    let rule = StepUp::require_recent(Duration::from_secs(300), Assurance::Aal1);
    for layer in [StepUpLayer::require_own_hands(), StepUpLayer::require_recent(rule, clock.clone())] {
        assert_eq!(outcome(&layer, Some(root.clone())).await, (403, None, 0, Some("impersonator".into())));
        assert_eq!(outcome(&layer, Some(key.clone())).await, (403, None, 0, Some("not_in_person".into())));
        assert_eq!(outcome(&layer, Some(ada(&clock))).await, (200, None, 1, None));
    }
}
