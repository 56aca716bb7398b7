use super::*;
use stockade_core::SessionId;

const SESSION: SessionBinding =
    SessionBinding { session: SessionId::from_bytes([7; 16]), security_version: 3 };

fn seen_by_root() -> Grant {
    grant().in_session(SESSION).acted_by("root".parse().unwrap())
}

fn acted(act: Value) -> Value {
    let mut claims = good();
    claims["sid"] = json!(SESSION.session);
    claims["sv"] = json!(3);
    claims["act"] = act;
    claims
}

#[test]
fn an_impersonation_names_both_and_stands_on_the_actors_session() {
    let world = world();
    let claims = world.verifier.verify(world.issuer.issue(seen_by_root()).unwrap().token.expose()).unwrap();
    assert_eq!(claims.session_owner().as_str(), "root");
    let principal = claims.principal();
    assert_eq!(principal.subject().as_str(), "ada");
    assert_eq!(principal.actor().unwrap().as_str(), "root");
    assert_eq!(principal.acting().as_str(), "root");
    assert!(world.judge(&acted(json!({"sub": "root"}))).is_ok(), "the baseline of the refusals below");
}

#[test]
fn confusion_a_malformed_or_nested_actor_is_refused() {
    let world = world();
    for act in [
        json!("root"),
        json!(["root"]),
        json!([]),
        json!({}),
        json!({"sub": ""}),
        json!({"sub": "a b"}),
        json!({"sub": 1}),
        json!({"sub": null}),
        json!({"sub": ["root"]}),
        json!({"sub": "root", "act": {"sub": "higher"}}),
        json!({"act": {"sub": "higher"}, "sub": "root"}),
        json!({"sub": "root", "iss": "https://id.test"}),
        json!({"Sub": "root"}),
        json!({"sub": "ada"}),
    ] {
        assert_eq!(world.judge(&acted(act.clone())), Err(ClaimError::Malformed.into()), "{act}");
    }
    let twice = acted(json!({"sub": "x"})).to_string().replace(r#"{"sub":"x"}"#, r#"{"sub":"x","sub":"y"}"#);
    assert!(twice.contains(r#""sub":"y""#));
    assert_eq!(world.judge_text(&twice), Err(ClaimError::Malformed.into()));
}

#[test]
fn an_impersonation_without_a_session_to_end_it_is_refused() {
    let world = world();
    assert_eq!(world.with("act", json!({"sub": "root"})), Err(ClaimError::Malformed.into()));
    let unbound = Grant { session: None, ..seen_by_root() };
    assert_eq!(world.issuer.issue(unbound).unwrap_err(), IssueError::Actor);
    let oneself = seen_by_root().acted_by("ada".parse().unwrap());
    assert_eq!(world.issuer.issue(oneself).unwrap_err(), IssueError::Actor);
}

#[test]
fn an_impersonation_lives_for_half_an_hour_at_most_whoever_signed_it() {
    let world = world();
    let minutes = |n: u64| Duration::from_secs(60 * n);
    assert_eq!(world.issuer.issue(seen_by_root()).unwrap().expires_in, minutes(15));
    assert_eq!(world.issuer.issue(seen_by_root().living(minutes(30))).unwrap().expires_in, minutes(30));
    let longer = minutes(30) + Duration::from_secs(1);
    assert_eq!(world.issuer.issue(seen_by_root().living(longer)).unwrap_err(), IssueError::Lifetime);

    let mut claims = acted(json!({"sub": "root"}));
    claims["exp"] = json!(NOW + 1800);
    assert!(world.judge(&claims).is_ok());
    claims["exp"] = json!(NOW + 1801);
    assert_eq!(world.judge(&claims), Err(ClaimError::Lifetime.into()));

    let own = config().with_access_ttl(minutes(50));
    let issuer = AccessIssuer::new(
        Arc::new(KeyRing::new(world.key.clone(), []).unwrap()),
        own,
        world.clock.clone(),
        Arc::new(SystemEntropy),
    );
    let expires_in = issuer.unwrap().issue(seen_by_root()).unwrap().expires_in;
    assert_eq!(expires_in, minutes(30), "not as long as the settings say");
}

#[test]
fn a_lifetime_that_verifiers_would_refuse_is_not_issued() {
    let world = world();
    for secs in [0, 3601, u64::MAX] {
        let grant = grant().living(Duration::from_secs(secs));
        assert_eq!(world.issuer.issue(grant).unwrap_err(), IssueError::Lifetime, "{secs}");
    }
    let token = world.issuer.issue(grant().living(Duration::from_secs(3600))).unwrap();
    assert!(world.verifier.verify(token.token.expose()).is_ok());
}
