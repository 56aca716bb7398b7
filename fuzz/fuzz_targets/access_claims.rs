//! Properly signed claims are accepted only if they are an object without a repeated name, by our issuer, for us, of now, and
//! short-lived; and no longer than they say.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use stockade_authn::access::{AccessClaims, AccessVerifier, TokenConfig};
use stockade_core::{ManualClock, UnixMillis};
use stockade_fuzz::{NOW, SECRET, clock, keys, members, signed};

const HEADER: &[u8] = br#"{"alg":"HS256","typ":"at+jwt","kid":"k1"}"#;
const ISSUER: &str = "https://id.test";
const AUDIENCE: &str = "https://api.test";

static CLOCK: LazyLock<Arc<ManualClock>> = LazyLock::new(clock);
static CONFIG: LazyLock<TokenConfig> = LazyLock::new(|| TokenConfig::new(ISSUER, AUDIENCE));
static VERIFIER: LazyLock<AccessVerifier> =
    LazyLock::new(|| AccessVerifier::new(keys(), CONFIG.clone(), CLOCK.clone()).expect("safe settings"));

fuzz_target!(|payload: &[u8]| {
    let token = signed(HEADER, payload, SECRET);
    let Ok(claims) = VERIFIER.verify(&token) else { return };
    hold(payload, &claims);
    assert_eq!(claims.principal().subject(), &claims.subject);

    CLOCK.jump_to(claims.expires_at.plus(CONFIG.leeway));
    assert!(VERIFIER.verify(&token).is_err(), "its time is over");
    CLOCK.jump_to(UnixMillis::from_secs(NOW));
});

fn hold(payload: &[u8], claims: &AccessClaims) {
    let members = members(payload).expect("an object");
    let names: BTreeSet<_> = members.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), members.len(), "a name stands twice");
    let readable = members.iter().filter_map(|(name, value)| Some((name.clone(), value.clone()?)));
    let object: Map<String, Value> = readable.collect();

    assert_eq!(object["iss"], ISSUER);
    assert!(
        object["aud"] == AUDIENCE
            || object["aud"].as_array().is_some_and(|all| all.contains(&AUDIENCE.into()))
    );
    assert_eq!(object["sub"], claims.subject.as_str());
    assert!(object["jti"].as_str().is_some_and(|id| !id.is_empty()));
    assert!(object["client_id"].as_str().is_some_and(|id| !id.is_empty()));
    assert_eq!(object.get("sid").is_some_and(Value::is_string), claims.session.is_some());

    let (now, leeway) = (Duration::from_secs(NOW), CONFIG.leeway);
    let time = |name: &str| object.get(name).and_then(Value::as_u64).map(Duration::from_secs);
    let (issued, expires) = (time("iat").expect("a number"), time("exp").expect("a number"));
    assert!(issued <= now + leeway && time("nbf").is_none_or(|nbf| nbf <= now + leeway));
    assert!(expires + leeway > now);
    assert!(issued < expires && expires - issued <= CONFIG.max_lifetime);
}
