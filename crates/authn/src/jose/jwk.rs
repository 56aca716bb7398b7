//! JSON Web Keys (RFC 7517) with their thumbprints (RFC 7638).

use super::{Algorithm, KeyError, KeyId};
use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};
use stockade_core::Secret;

/// A JWKS document: what `/.well-known/jwks.json` serves.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Jwks {
    /// The public keys.
    pub keys: Vec<PublicJwk>,
}

/// The public half of a key pair.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PublicJwk {
    #[serde(flatten)]
    material: Material,
    kid: String,
    alg: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
}

/// The members that make up the key itself, in base64url.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "kty")]
pub(super) enum Material {
    #[serde(rename = "OKP")]
    Okp { crv: &'static str, x: String },
    #[serde(rename = "EC")]
    Ec { crv: &'static str, x: String, y: String },
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
}

impl PublicJwk {
    pub(super) fn new(material: Material, algorithm: Algorithm) -> Result<Self, KeyError> {
        let kid = material.thumbprint();
        Ok(Self { material, kid, alg: algorithm.name(), usage: "sig" })
    }

    pub(super) fn rename(&mut self, id: &KeyId) {
        self.kid = id.as_str().to_owned();
    }

    pub(super) fn kid(&self) -> Result<KeyId, KeyError> {
        KeyId::new(&self.kid)
    }

    pub(super) fn material(&self) -> &Material {
        &self.material
    }
}

impl Material {
    pub(super) fn ed25519(public: &[u8]) -> Self {
        Self::Okp { crv: "Ed25519", x: Base64UrlUnpadded::encode_string(public) }
    }

    pub(super) fn p256(x: &[u8], y: &[u8]) -> Self {
        Self::Ec {
            crv: "P-256",
            x: Base64UrlUnpadded::encode_string(x),
            y: Base64UrlUnpadded::encode_string(y),
        }
    }

    /// RFC 7518 §2: a number has no leading zeros, so that one key has one thumbprint.
    pub(super) fn rsa(n: &[u8], e: &[u8]) -> Self {
        let number = |bytes: &[u8]| {
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            Base64UrlUnpadded::encode_string(&bytes[zeros..])
        };
        Self::Rsa { n: number(n), e: number(e) }
    }

    /// RFC 7638: SHA-256 over the required members in lexicographic order. The values are base64url and need no escaping.
    fn thumbprint(&self) -> String {
        let canonical = match self {
            Self::Okp { crv, x } => format!(r#"{{"crv":"{crv}","kty":"OKP","x":"{x}"}}"#),
            Self::Ec { crv, x, y } => format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#),
            Self::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        };
        Base64UrlUnpadded::encode_string(&Sha256::digest(canonical.as_bytes()))
    }
}

/// A JWK as it comes from outside. Members that we do not use may be there; those we use decide.
#[derive(serde::Deserialize)]
pub(super) struct ForeignJwk {
    pub(super) kty: String,
    pub(super) alg: Option<String>,
    pub(super) kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    pub(super) crv: Option<String>,
    pub(super) x: Option<String>,
    pub(super) y: Option<String>,
    pub(super) n: Option<String>,
    pub(super) e: Option<String>,
    pub(super) k: Option<Secret<String>>,
}

impl ForeignJwk {
    /// A key meant for encryption, or without leave to verify, is not a verifying key (RFC 7517 §4.2, §4.3).
    pub(super) fn may_verify(&self) -> bool {
        self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self.key_ops.as_deref().is_none_or(|ops| ops.iter().any(|op| op == "verify"))
    }
}
