//! One access token, and both ways to verify it.

use crate::Failure;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64ct::{Base64, Encoding};
use jsonwebtoken::{DecodingKey, Validation};
use std::sync::Arc;
use stockade_authn::Authenticator;
use stockade_authn::access::{AccessIssuer, AccessVerifier, Grant, SessionBinding, TokenConfig};
use stockade_authn::jose::{Algorithm, KeyRing, SigningKey};
use stockade_authn::refresh::RefreshKeys;
use stockade_authn::session::{MemorySessions, SessionConfig, Sessions, SignIn};
use stockade_core::{
    AuthMethod, AuthMethods, ClientInfo, Clock, Secret, SessionId, SystemClock, SystemEntropy, UnixMillis,
};

const ISSUER: &str = "https://id.example.org";
const AUDIENCE: &str = "https://api.example.org";
const SHARED_SECRET: [u8; 48] = *b"b8Q2xVn5tLr0yKd7wHs3mZc9pGf1uJa6eTi4oXk2vNq5hR8z";

/// An issuer, and for a token of it our verifier and the bare library with the same key.
#[derive(Debug)]
pub struct Tokens {
    /// Makes such tokens.
    pub issuer: AccessIssuer,
    /// Judges them.
    pub verifier: AccessVerifier,
    /// One of them.
    pub token: String,
    raw_key: DecodingKey,
    raw_rules: Validation,
}

/// The claims as a service that uses the bare library would have them.
#[derive(Debug, Clone, serde::Deserialize)]
#[expect(missing_docs, reason = "the registered names of RFC 7519 and RFC 9068")]
pub struct RawClaims {
    pub iss: String,
    pub sub: String,
    pub aud: String,
    pub exp: u64,
    pub iat: u64,
    pub jti: String,
    pub client_id: String,
    pub auth_time: Option<u64>,
    pub sid: Option<String>,
    pub sv: Option<u64>,
    #[serde(default)]
    pub roles: Vec<String>,
}

impl Tokens {
    /// Everything for `key`, with the settings that a service starts from.
    ///
    /// # Errors
    /// The key does not work.
    pub fn new(key: SigningKey) -> Result<Self, Failure> {
        let clock = Arc::new(SystemClock::new());
        let ring = Arc::new(KeyRing::new(key, [])?);
        let config = TokenConfig::new(ISSUER, AUDIENCE);
        let issuer = AccessIssuer::new(ring.clone(), config.clone(), clock.clone(), Arc::new(SystemEntropy))?;
        let token = issuer.issue(grant(clock.now())?)?.token.expose().clone();
        let verifier = AccessVerifier::new(ring.trusted().clone(), config, clock)?;
        // The bare library has one provider for the process, and panics where its features leave the choice open. An error means
        // that one stands already.
        let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
        let (raw_key, raw_rules) = raw(ring.active())?;
        Ok(Self { issuer, verifier, token, raw_key, raw_rules })
    }

    /// Verifies the token by the bare library: signature, expiry, issuer and audience.
    ///
    /// # Errors
    /// It is refused.
    pub fn decode_raw(&self) -> Result<RawClaims, Failure> {
        Ok(jsonwebtoken::decode::<RawClaims>(&self.token, &self.raw_key, &self.raw_rules)?.claims)
    }
}

/// What an access token of a signed-in user says.
///
/// # Errors
/// The system gave no randomness.
pub fn grant(now: UnixMillis) -> Result<Grant, Failure> {
    let session = SessionId::generate(now, &SystemEntropy)?;
    Ok(Grant::new("0199f3a2-7b1c-7d3e-8f4a-5b6c7d8e9f01".parse()?)
        .in_session(SessionBinding { session, security_version: 0 })
        .with_roles(["member".parse()?])
        .authenticated(now, AuthMethods::of(AuthMethod::Password)))
}

fn raw(key: &SigningKey) -> Result<(DecodingKey, Validation), Failure> {
    let algorithm = key.algorithm().name().parse()?;
    let decoding = match key.verifying_key().public_jwk() {
        Some(jwk) => DecodingKey::from_jwk(&serde_json::from_value(serde_json::to_value(jwk)?)?)?,
        None => DecodingKey::from_secret(&SHARED_SECRET),
    };
    let mut rules = Validation::new(algorithm);
    rules.set_issuer(&[ISSUER]);
    rules.set_audience(&[AUDIENCE]);
    Ok((decoding, rules))
}

/// A fresh key.
///
/// # Errors
/// The system gave no randomness.
pub fn key(algorithm: Algorithm) -> Result<SigningKey, Failure> {
    Ok(match algorithm {
        Algorithm::Hs256 => SigningKey::hs256(&Secret::new(SHARED_SECRET.to_vec()))?,
        Algorithm::Es256 => {
            let p256 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())?;
            SigningKey::es256_from_pem(pem(p256.as_ref()).as_bytes())?
        }
        Algorithm::Rs256 => {
            let rsa: Pkcs8V1Der<'_> = KeyPair::generate(KeySize::Rsa2048)?.as_der()?;
            SigningKey::rs256_from_pem(pem(rsa.as_ref()).as_bytes())?
        }
        _ => SigningKey::generate_ed25519(&SystemEntropy)?,
    })
}

/// An authenticator for `tokens`, whose token is replaced by one of an open session, as every signed-in user has one.
///
/// # Errors
/// The session cannot be opened.
pub async fn new_authenticator(tokens: &mut Tokens) -> Result<Authenticator, Failure> {
    let sessions = Sessions::new(
        Arc::new(MemorySessions::new()),
        RefreshKeys::new(&Secret::new([7; 32])),
        SessionConfig::default(),
        Arc::new(SystemClock::new()),
        Arc::new(SystemEntropy),
    )?;
    let mut grant = grant(SystemClock::new().now())?;
    let opened =
        sessions.open(SignIn::new(grant.subject.clone(), ClientInfo::unknown(), AuthMethods::NONE)).await?;
    grant.session = Some(opened.binding);
    tokens.token = tokens.issuer.issue(grant)?.token.expose().clone();
    Ok(Authenticator::new(tokens.verifier.clone(), sessions))
}

fn pem(pkcs8: &[u8]) -> String {
    let (mut text, encoded) = (String::from("-----BEGIN PRIVATE KEY-----\n"), Base64::encode_string(pkcs8));
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = tail;
    }
    text + "-----END PRIVATE KEY-----\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_read_the_same_from_the_same_token() {
        for algorithm in [Algorithm::EdDsa, Algorithm::Hs256, Algorithm::Es256, Algorithm::Rs256] {
            let tokens = Tokens::new(key(algorithm).unwrap()).unwrap();
            let ours = tokens.verifier.verify(&tokens.token).unwrap();
            let raw = tokens.decode_raw().unwrap();
            assert_eq!(ours.subject.as_str(), raw.sub, "{algorithm:?}");
            assert_eq!(ours.expires_at.as_secs(), raw.exp, "{algorithm:?}");
            assert_eq!(ours.session.unwrap().session.to_string(), raw.sid.unwrap(), "{algorithm:?}");
        }
    }
}
