//! Forged, altered and misused access tokens: one answer for all of them.
//!
//! The forger of this table holds the real signing key wherever the attack is about the rules behind the signature. The table
//! starts from a genuine token that passes after being signed anew, so that each refusal is due to the one change.

use crate::harness::hello::Hello;
use crate::harness::oracle::{decode, ed25519, encode, open, sign};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

struct Forger {
    key: EncodingKey,
    header: Value,
    claims: Value,
    genuine: String,
}

impl Forger {
    fn new(hello: &Hello, genuine: &str) -> Self {
        let (header, claims) = open(genuine);
        let parse = |text: &str| serde_json::from_str(text).unwrap();
        Self {
            key: ed25519(&hello.open_secret("signing")),
            header: parse(&header),
            claims: parse(&claims),
            genuine: genuine.to_owned(),
        }
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        sign(&header.to_string(), &claims.to_string(), &self.key, Algorithm::EdDSA)
    }

    /// With one claim changed, or taken out.
    fn claim(&self, name: &str, value: Option<Value>) -> String {
        self.sign(&self.header, &changed(&self.claims, name, value))
    }

    /// With one member of the header changed, or taken out, under the real key.
    fn head(&self, name: &str, value: Option<Value>) -> String {
        self.sign(&changed(&self.header, name, value), &self.claims)
    }

    /// With another algorithm and a key of the forger's choice.
    fn algorithm(&self, name: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
        let header = changed(&self.header, "alg", Some(json!(name)));
        sign(&header.to_string(), &self.claims.to_string(), key, algorithm)
    }

    fn unsigned(&self, name: &str) -> String {
        let header = changed(&self.header, "alg", Some(json!(name)));
        format!("{}.{}.", encode(header.to_string().as_bytes()), encode(self.claims.to_string().as_bytes()))
    }
}

fn changed(object: &Value, name: &str, value: Option<Value>) -> Value {
    let mut object = object.as_object().unwrap().clone();
    match value {
        Some(value) => object.insert(name.to_owned(), value),
        None => object.remove(name),
    };
    Value::Object(object)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// Attacks on the signature and on the choice of key and algorithm.
fn forgeries(forger: &Forger, public: &str) -> Vec<(&'static str, String)> {
    let other = ed25519(&[7; 32]);
    let public_bytes = decode(public);
    let hmac = |secret: &[u8]| forger.algorithm("HS256", &EncodingKey::from_secret(secret), Algorithm::HS256);
    let embedded = json!({"kty": "OKP", "crv": "Ed25519", "x": public});
    let by_other =
        |header: &Value| sign(&header.to_string(), &forger.claims.to_string(), &other, Algorithm::EdDSA);
    vec![
        ("alg none", forger.unsigned("none")),
        ("alg NONE", forger.unsigned("NONE")),
        ("alg nOnE", forger.unsigned("nOnE")),
        ("lower-case alg", forger.head("alg", Some(json!("eddsa")))),
        ("alg of another family", forger.head("alg", Some(json!("ES256")))),
        ("no alg", forger.head("alg", None)),
        ("HS256 with the public key's text", hmac(public.as_bytes())),
        ("HS256 with the public key's bytes", hmac(&public_bytes)),
        ("HS256 with an empty secret", hmac(b"")),
        ("another key under our kid", by_other(&forger.header)),
        (
            "another key, brought along as jwk",
            by_other(&changed(&forger.header, "jwk", Some(embedded.clone()))),
        ),
        ("our key, with jwk beside it", forger.head("jwk", Some(embedded))),
        ("jku", by_other(&changed(&forger.header, "jku", Some(json!("http://127.0.0.1:1/jwks"))))),
        ("x5u", forger.head("x5u", Some(json!("http://127.0.0.1:1/cert")))),
        ("unknown crit", forger.head("crit", Some(json!(["exp"])))),
        ("b64 false", forger.head("b64", Some(json!(false)))),
        ("zip", forger.head("zip", Some(json!("DEF")))),
        ("no kid", forger.head("kid", None)),
        ("unknown kid", forger.head("kid", Some(json!("nobody")))),
        ("kid that is a path", forger.head("kid", Some(json!("../../../../dev/null")))),
        ("kid that is a query", forger.head("kid", Some(json!("' UNION SELECT 'key' --")))),
        ("kid that is a list", forger.head("kid", Some(json!(["a"])))),
        ("typ JWT", forger.head("typ", Some(json!("JWT")))),
        ("typ of an id token", forger.head("typ", Some(json!("id+jwt")))),
        ("no typ", forger.head("typ", None)),
    ]
}

/// Attacks on the rules for claims, all under the real key.
fn claims(forger: &Forger) -> Vec<(&'static str, String)> {
    let now = now();
    let long = changed(&forger.claims, "exp", Some(json!(now + 7200)));
    let old = changed(&forger.claims, "iat", Some(json!(now - 900)));
    vec![
        ("wrong iss", forger.claim("iss", Some(json!("https://hello.example/")))),
        ("no iss", forger.claim("iss", None)),
        ("wrong aud", forger.claim("aud", Some(json!("https://other.example")))),
        ("wrong auds", forger.claim("aud", Some(json!(["https://a.example", "https://b.example"])))),
        ("no aud", forger.claim("aud", None)),
        ("no sub", forger.claim("sub", None)),
        ("empty sub", forger.claim("sub", Some(json!("")))),
        ("sub of nobody", forger.claim("sub", Some(json!("somebody-else")))),
        ("no exp", forger.claim("exp", None)),
        (
            "expired ten seconds ago",
            forger.sign(&forger.header, &changed(&old, "exp", Some(json!(now - 10)))),
        ),
        ("exp without end", forger.claim("exp", Some(json!(u64::MAX)))),
        ("exp below zero", forger.claim("exp", Some(json!(-1)))),
        ("exp as text", forger.claim("exp", Some(json!("9999999999")))),
        ("lifetime over the cap", forger.sign(&forger.header, &long)),
        ("nbf in the future", forger.claim("nbf", Some(json!(now + 60)))),
        ("iat in the future", forger.claim("iat", Some(json!(now + 60)))),
        ("no iat", forger.claim("iat", None)),
        ("no session version", forger.claim("sv", None)),
        ("session version from the future", forger.claim("sv", Some(json!(99)))),
        ("session of nobody", forger.claim("sid", Some(json!("01a2016a-2eeb-74a4-b787-37772d90c8af")))),
        ("a role that is no name", forger.claim("roles", Some(json!(["Admin; --"])))),
    ]
}

/// Attacks on the spelling.
fn spellings(forger: &Forger) -> Vec<(&'static str, String)> {
    let genuine = &forger.genuine;
    let [header, payload, signature]: [&str; 3] = genuine.split('.').collect::<Vec<_>>().try_into().unwrap();
    let twice_in_claims = forger.claims.to_string().replacen('{', r#"{"sub":"somebody-else","#, 1);
    let twice_in_header = forger.header.to_string().replacen('{', r#"{"alg":"EdDSA","#, 1);
    let raw = |header: &str, claims: &str| sign(header, claims, &forger.key, Algorithm::EdDSA);
    let admin = changed(&forger.claims, "roles", Some(json!(["admin", "root"]))).to_string();
    // 64 bytes are 85⅓ characters: four bits of the last one are spare, and must be zero.
    let last = signature.chars().last().unwrap();
    let spare = char::from_u32(last as u32 + 1).unwrap();
    vec![
        ("trailing bytes", format!("{genuine}AAAA")),
        ("trailing dot", format!("{genuine}.")),
        ("a fourth part", format!("{genuine}.{signature}")),
        ("padding", format!("{genuine}==")),
        ("spare bits of the signature", format!("{}{spare}", &genuine[..genuine.len() - 1])),
        ("no signature", format!("{header}.{payload}.")),
        ("cut short", genuine[..genuine.len() - 4].to_owned()),
        ("claims exchanged", format!("{header}.{}.{signature}", encode(admin.as_bytes()))),
        ("a claim twice", raw(&forger.header.to_string(), &twice_in_claims)),
        ("a header member twice", raw(&twice_in_header, &forger.claims.to_string())),
        ("bytes after the claims", raw(&forger.header.to_string(), &format!("{}{{}}", forger.claims))),
        ("claims that are no object", raw(&forger.header.to_string(), "[]")),
        ("longer than any token", forger.claim("pad", Some(json!("x".repeat(9_000))))),
        ("only dots", "..".to_owned()),
        ("JSON serialization", format!(r#"{{"payload":"{payload}"}}"#)),
    ]
}

#[tokio::test]
async fn asvs_v9_1_1_forged_and_altered_tokens_all_get_the_same_refusal() {
    let hello = Hello::start();
    let client = hello.client();
    let tokens = client.join("ada@example.org").await;
    let jwks = client.get("/.well-known/jwks.json").send().await.json();
    let public = jwks["keys"][0]["x"].as_str().unwrap().to_owned();
    let forger = Forger::new(&hello, &tokens.access);

    client.me(&forger.sign(&forger.header, &forger.claims)).await.expect(200);
    let two = forger.claim("aud", Some(json!(["https://other.example", "https://hello.example"])));
    client.me(&two).await.expect(200);

    let mut attacks = forgeries(&forger, &public);
    attacks.extend(claims(&forger));
    attacks.extend(spellings(&forger));
    attacks.push(("a refresh token", tokens.refresh.clone()));
    assert!(attacks.len() > 60);
    let expected = client.me("nonsense").await.expect_error(401, "invalid_token").shape();
    for (attack, token) in attacks {
        assert_ne!(token, tokens.access, "{attack}");
        assert_eq!(client.me(&token).await.shape(), expected, "{attack}: {token}");
    }
    client.me(&tokens.access).await.expect(200);
}

#[tokio::test]
async fn confusion_a_token_of_one_account_does_not_open_the_session_of_another() {
    let hello = Hello::start();
    let client = hello.client();
    let (ada, eve) = (client.join("ada@example.org").await, client.join("eve@example.org").await);
    let session: Value = serde_json::from_str(&open(&ada.access).1).unwrap();
    let forger = Forger::new(&hello, &eve.access);
    let mixed = forger.claim("sid", Some(session["sid"].clone()));
    client.me(&mixed).await.expect_error(401, "invalid_token");
}

#[tokio::test]
async fn confusion_more_than_one_credential_or_another_scheme_is_refused() {
    let hello = Hello::start();
    let client = hello.client();
    let token = client.join("ada@example.org").await.access;
    let me = || client.get("/v1/auth/me");
    let both = me().bearer(&token).bearer("nonsense");
    both.send().await.expect_error(401, "invalid_token");
    for value in [
        format!("Basic {token}"),
        token.clone(),
        format!("Bearer {token} {token}"),
        "Bearer".into(),
        String::new(),
    ] {
        let answer = me().header("authorization", &value).send().await.expect(401);
        answer.expect_envelope();
    }
    me().header("cookie", format!("access_token={token}")).send().await.expect_error(401, "unauthenticated");
    me().header("x-access-token", &token).send().await.expect_error(401, "unauthenticated");
}
