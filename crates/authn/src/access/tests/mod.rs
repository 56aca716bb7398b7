mod impersonation;

use super::*;
use crate::jose::tests::{ed25519, hs256, signed};
use crate::jose::{JwsError, KeyRing, SigningKey};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{AuthMethod, AuthMethods, Clock, ManualClock, SystemEntropy, UnixMillis};

const NOW: u64 = 1_700_000_000;

struct World {
    key: SigningKey,
    clock: Arc<ManualClock>,
    issuer: AccessIssuer,
    verifier: AccessVerifier,
}

fn world_with(key: SigningKey) -> World {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(NOW)));
    let ring = Arc::new(KeyRing::new(key.clone(), []).unwrap());
    let issuer = AccessIssuer::new(ring.clone(), config(), clock.clone(), Arc::new(SystemEntropy)).unwrap();
    let verifier = AccessVerifier::new(ring.trusted().clone(), config(), clock.clone()).unwrap();
    World { key, clock, issuer, verifier }
}

fn world() -> World {
    world_with(ed25519())
}

fn config() -> TokenConfig {
    TokenConfig::new("https://id.test", "https://api.test")
}

fn grant() -> Grant {
    let methods = AuthMethods::of(AuthMethod::Password).with(AuthMethod::Totp);
    Grant::new("ada".parse().unwrap())
        .in_tenant("acme".parse().unwrap())
        .with_roles(["admin".parse().unwrap()])
        .authenticated(UnixMillis::from_secs(NOW - 60), methods)
}

fn good() -> Value {
    json!({
        "iss": "https://id.test", "sub": "ada", "aud": "https://api.test", "exp": NOW + 900, "iat": NOW,
        "jti": "1", "client_id": "first-party",
    })
}

impl World {
    fn judge(&self, claims: &Value) -> Result<AccessClaims, TokenError> {
        self.judge_text(&claims.to_string())
    }

    fn judge_text(&self, claims: &str) -> Result<AccessClaims, TokenError> {
        let header = format!(
            r#"{{"alg":"{}","typ":"at+jwt","kid":"{}"}}"#,
            self.key.algorithm().name(),
            self.key.id()
        );
        self.verifier.verify(&signed(&header, claims, &self.key))
    }

    fn with(&self, name: &str, value: Value) -> Result<AccessClaims, TokenError> {
        let mut claims = good();
        claims[name] = value;
        self.judge(&claims)
    }
}

#[test]
fn an_issued_token_says_what_was_granted() {
    let world = world();
    let token = world.issuer.issue(grant()).unwrap();
    assert_eq!(token.expires_in, Duration::from_secs(900));
    let claims = world.verifier.verify(token.token.expose()).unwrap();
    let principal = claims.principal();
    assert_eq!(principal.subject().as_str(), "ada");
    assert_eq!(principal.tenant().unwrap().as_str(), "acme");
    assert_eq!(principal.roles()[0].as_str(), "admin");
    assert_eq!(principal.auth_time(), Some(UnixMillis::from_secs(NOW - 60)));
    assert_eq!(principal.methods().to_string(), "pwd otp");
    assert_eq!(principal.actor(), None);
    assert!(world.judge(&good()).is_ok(), "the baseline of the refusals below");
}

#[test]
fn asvs_v9_2_1_expired_tokens_are_refused_with_at_most_five_seconds_of_leeway() {
    let world = world();
    let token = world.issuer.issue(grant()).unwrap().token;
    world.clock.advance(Duration::from_millis(904_999));
    assert!(world.verifier.verify(token.expose()).is_ok());
    world.clock.advance(Duration::from_millis(1));
    assert_eq!(world.verifier.verify(token.expose()), Err(ClaimError::Expired.into()));
}

#[test]
fn asvs_v9_2_1_tokens_from_the_future_are_refused() {
    let world = world();
    assert!(world.with("nbf", json!(NOW + 5)).is_ok());
    assert_eq!(world.with("nbf", json!(NOW + 6)), Err(ClaimError::NotYetValid.into()));
    assert_eq!(world.with("iat", json!(NOW + 6)), Err(ClaimError::NotYetValid.into()));
    assert_eq!(world.with("nbf", json!(u64::MAX)), Err(ClaimError::NotYetValid.into()));
}

#[test]
fn clock_jump_back_refuses_what_was_issued_later() {
    let world = world();
    let token = world.issuer.issue(grant()).unwrap().token;
    world.clock.jump_to(world.clock.now().minus(Duration::from_secs(60)));
    assert_eq!(world.verifier.verify(token.expose()), Err(ClaimError::NotYetValid.into()));
}

#[test]
fn a_lifetime_over_the_cap_is_refused_whoever_signed_it() {
    let world = world();
    assert!(world.with("exp", json!(NOW + 3600)).is_ok());
    assert_eq!(world.with("exp", json!(NOW + 3601)), Err(ClaimError::Lifetime.into()));
    assert_eq!(world.with("exp", json!(u64::MAX)), Err(ClaimError::Lifetime.into()));
    assert_eq!(world.with("exp", json!(NOW)), Err(ClaimError::Lifetime.into()));
    assert_eq!(world.with("iat", json!(0)), Err(ClaimError::Lifetime.into()));
}

#[test]
fn asvs_v9_2_3_a_missing_or_wrong_issuer_or_audience_is_refused() {
    let world = world();
    for issuer in ["https://evil.test", "https://id.test/", "HTTPS://ID.TEST", ""] {
        assert_eq!(world.with("iss", json!(issuer)), Err(ClaimError::Issuer.into()), "{issuer}");
    }
    for audience in [json!("https://other.test"), json!(["a", "b"]), json!([]), json!("")] {
        assert_eq!(world.with("aud", audience.clone()), Err(ClaimError::Audience.into()), "{audience}");
    }
    assert!(world.with("aud", json!(["https://other.test", "https://api.test"])).is_ok());
}

#[test]
fn every_missing_claim_is_refused() {
    let world = world();
    for name in ["iss", "sub", "aud", "exp", "iat", "jti", "client_id"] {
        let mut claims = good();
        claims.as_object_mut().unwrap().remove(name);
        assert_eq!(world.judge(&claims), Err(ClaimError::Malformed.into()), "{name}");
    }
}

#[test]
fn asvs_v15_3_5_claims_of_the_wrong_kind_are_refused() {
    let world = world();
    for (name, value) in [
        ("exp", json!("1700000900")),
        ("exp", json!(1_700_000_900.5)),
        ("exp", json!(-1)),
        ("exp", json!(null)),
        ("sub", json!(42)),
        ("sub", json!("")),
        ("sub", json!("line\nbreak")),
        ("sub", json!("x".repeat(300))),
        ("aud", json!({"a": 1})),
        ("iss", json!(["https://id.test"])),
        ("jti", json!("")),
        ("client_id", json!("")),
        ("roles", json!("admin")),
        ("roles", json!(["Admin"])),
        ("roles", json!(vec!["r"; 65])),
        ("sid", json!("018f0000-0000-7000-8000-000000000000")),
        ("sv", json!(1)),
        ("amr", json!("pwd")),
        ("amr", json!(["pwd", "pwd"])),
        ("amr", json!(["pwd", "telepathy"])),
        ("amr", json!(vec!["pwd"; 9])),
        ("acr", json!("aal1")),
    ] {
        assert_eq!(world.with(name, value.clone()), Err(ClaimError::Malformed.into()), "{name}: {value}");
    }
    for payload in ["", "null", "[]", "42", "\"sub\"", "{", "{}x", "\u{feff}{}"] {
        assert_eq!(world.judge_text(payload), Err(ClaimError::Malformed.into()), "{payload}");
    }
}

#[test]
fn downgrade_a_level_that_the_methods_do_not_give_is_refused() {
    let world = world();
    let mut claims = good();
    claims["amr"] = json!(["pwd"]);
    for (level, holds) in [("aal1", true), ("aal2", false), ("AAL1", false), ("", false), ("1", false)] {
        claims["acr"] = json!(level);
        assert_eq!(world.judge(&claims).is_ok(), holds, "{level}");
    }
    claims["amr"] = json!(["pwd", "backup_code"]);
    claims["acr"] = json!("aal1");
    assert_eq!(world.judge(&claims), Err(ClaimError::Malformed.into()), "nor one below them");
}

#[test]
fn asvs_v1_5_3_duplicate_claims_are_refused_even_where_spelled_differently() {
    let world = world();
    let good = good().to_string();
    for twice in [r#""sub":"mallory""#, r#""\u0073ub":"mallory""#, r#""exp":1"#, r#""x":1,"x":2"#] {
        let claims = good.replacen('{', &format!("{{{twice},"), 1);
        assert_eq!(world.judge_text(&claims), Err(ClaimError::Malformed.into()), "{twice}");
    }
    let unknown = good.replacen('{', r#"{"x":1,"y":{"sub":"nested is fine"},"#, 1);
    assert!(world.judge_text(&unknown).is_ok(), "an unknown claim is passed over");
}

#[test]
fn confusion_claims_that_are_not_utf_8_are_refused_even_where_passed_over() {
    let good = good().to_string();
    let parse = |claims: &[u8]| claims::WireClaims::parse(claims).err();
    assert_eq!(parse(good.as_bytes()), None);
    let latin_1 = [b"{\"x\":\"\xe9\",", &good.as_bytes()[1..]].concat();
    assert_eq!(parse(&latin_1), Some(ClaimError::Malformed));
}

#[test]
fn asvs_v9_2_2_confusion_with_another_type_of_token_is_refused() {
    let world = world();
    for typ in [r#","typ":"JWT""#, r#","typ":"id_token""#, r#","typ":"refresh+jwt""#, r#","typ":"""#, ""] {
        let header = format!(r#"{{"alg":"EdDSA","kid":"{}"{typ}}}"#, world.key.id());
        let token = signed(&header, &good().to_string(), &world.key);
        assert_eq!(world.verifier.verify(&token), Err(JwsError::Type.into()), "{typ}");
    }
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt"] {
        let header = format!(r#"{{"alg":"EdDSA","kid":"{}","typ":"{typ}"}}"#, world.key.id());
        assert!(world.verifier.verify(&signed(&header, &good().to_string(), &world.key)).is_ok(), "{typ}");
    }
}

#[test]
fn asvs_v9_1_1_claims_are_not_looked_at_before_the_signature_holds() {
    let world = world();
    let stranger = SigningKey::with_id(ed25519(), world.key.id().clone());
    let header = format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{}"}}"#, world.key.id());
    let token = signed(&header, "not even json", &stranger);
    assert_eq!(world.verifier.verify(&token), Err(JwsError::Signature.into()));
}

#[test]
fn asvs_v13_3_4_keys_rotate_with_overlap() {
    let old = world();
    let token = old.issuer.issue(grant()).unwrap().token;
    let overlap = KeyRing::new(ed25519(), [old.key.verifying_key().clone()]).unwrap();
    let verifier = AccessVerifier::new(overlap.trusted().clone(), config(), old.clock.clone()).unwrap();
    assert!(verifier.verify(token.expose()).is_ok());
    let after = KeyRing::new(ed25519(), []).unwrap();
    let verifier = AccessVerifier::new(after.trusted().clone(), config(), old.clock.clone()).unwrap();
    assert_eq!(verifier.verify(token.expose()), Err(JwsError::UnknownKey.into()));
}

#[test]
fn asvs_v13_2_3_settings_without_sense_are_refused() {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(NOW)));
    let keys = KeyRing::new(ed25519(), []).unwrap();
    for (config, error) in [
        (TokenConfig::new("", "a"), TokenConfigError::Name("issuer")),
        (TokenConfig::new("i", "a\nb"), TokenConfigError::Name("audience")),
        (config().with_access_ttl(Duration::ZERO), TokenConfigError::Lifetime),
        (config().with_access_ttl(Duration::from_secs(3601)), TokenConfigError::Lifetime),
        (TokenConfig { leeway: Duration::from_secs(6), ..config() }, TokenConfigError::Leeway),
        (
            TokenConfig { max_lifetime: Duration::from_secs(90_000), ..config() },
            TokenConfigError::MaxLifetime,
        ),
    ] {
        let refused = AccessVerifier::new(keys.trusted().clone(), config, clock.clone());
        assert_eq!(refused.unwrap_err(), error);
    }
}

#[test]
fn too_many_roles_are_refused_when_issuing_not_when_verifying() {
    let mut grant = grant();
    grant.roles = (0..65).map(|n| format!("role-{n}").parse().unwrap()).collect();
    assert_eq!(world().issuer.issue(grant).unwrap_err(), IssueError::TooLong);
}

proptest! {
    #[test]
    fn no_signed_payload_panics(payload in "\\PC{0,120}") {
        prop_assert!(world_with(hs256()).judge_text(&payload).is_err());
    }

    #[test]
    fn no_value_of_any_claim_panics(
        name in "iss|sub|aud|exp|nbf|iat|jti|client_id|sid|sv|roles|auth_time|tenant|amr|acr|act",
        number in any::<i64>(),
        text in "\\PC{0,20}",
    ) {
        let world = world_with(hs256());
        for value in [json!(number), json!(text), json!([text]), json!({ text.as_str(): number }), json!(null)] {
            let _ = world.with(&name, value);
        }
    }
}
