//! Keys that verify.

use super::jwk::{ForeignJwk, Material, PublicJwk};
use super::object::from_object;
use super::signing::decoding_key;
use super::{Algorithm, KeyError, KeyId, weak};
use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::DecodingKey;
use sha2::Sha256;
use std::fmt;
use stockade_core::Secret;

/// The most bytes of a JSON Web Key: an RSA key of 8192 bits with room for names.
const MAX_JWK_LEN: usize = 8 * 1024;

/// A public key or shared secret, pinned to one algorithm, with a name.
#[derive(Clone)]
pub struct VerifyingKey {
    id: KeyId,
    algorithm: Algorithm,
    decoding: DecodingKey,
    jwk: Option<PublicJwk>,
}

impl VerifyingKey {
    /// A key from a JSON Web Key (RFC 7517). It must say its `alg`, and must not be meant for encryption; `kid` is taken over,
    /// or made from the thumbprint.
    ///
    /// # Errors
    /// It is not such a key, or too weak to be used.
    pub fn from_jwk(json: &str) -> Result<Self, KeyError> {
        if json.len() > MAX_JWK_LEN {
            return Err(KeyError::Jwk("it is too long"));
        }
        let jwk: ForeignJwk =
            from_object(json.as_bytes()).ok_or(KeyError::Jwk("it is not a json object of strings"))?;
        if !jwk.may_verify() {
            return Err(KeyError::Jwk("it is not meant for verifying"));
        }
        let alg = jwk.alg.as_deref().ok_or(KeyError::Jwk("it does not say its `alg`"))?;
        let algorithm = Algorithm::from_name(alg).ok_or(KeyError::Jwk("its `alg` is not supported"))?;
        let key = match algorithm {
            Algorithm::Hs256 => Self::shared(&shared_secret(&jwk)?)?,
            _ => Self::public(PublicJwk::new(material(&jwk, algorithm)?, algorithm)?, algorithm)?,
        };
        match &jwk.kid {
            Some(kid) => Ok(key.with_id(KeyId::new(kid)?)),
            None => Ok(key),
        }
    }

    /// The same key under another name.
    #[must_use]
    pub fn with_id(mut self, id: KeyId) -> Self {
        if let Some(jwk) = &mut self.jwk {
            jwk.rename(&id);
        }
        self.id = id;
        self
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The one algorithm that it verifies.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key as a public JWK; `None` for a shared secret.
    #[must_use]
    pub fn public_jwk(&self) -> Option<&PublicJwk> {
        self.jwk.as_ref()
    }

    pub(super) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    pub(super) fn public(jwk: PublicJwk, algorithm: Algorithm) -> Result<Self, KeyError> {
        check_strength(jwk.material())?;
        let decoding = decoding_key(jwk.material(), algorithm)?;
        Ok(Self { id: jwk.kid()?, algorithm, decoding, jwk: Some(jwk) })
    }

    pub(super) fn shared(secret: &Secret<Vec<u8>>) -> Result<Self, KeyError> {
        weak::check_shared_secret(secret.expose())?;
        Ok(Self {
            id: shared_secret_id(secret)?,
            algorithm: Algorithm::Hs256,
            decoding: DecodingKey::from_secret(secret.expose()),
            jwk: None,
        })
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("id", &self.id)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

fn check_strength(material: &Material) -> Result<(), KeyError> {
    match material {
        Material::Okp { x, .. } => weak::check_ed25519(&number(Some(x))?),
        Material::Ec { .. } => Ok(()),
        Material::Rsa { n, e } => check_rsa(&number(Some(n))?, &number(Some(e))?),
    }
}

/// RFC 7518 §3.3 sets the floor of 2048 bits; the backends verify up to 8192, and exponents of up to 33 bits. A public exponent
/// of 1 makes every message its own signature.
fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), KeyError> {
    match bit_length(n) {
        bits @ ..2048 => return Err(KeyError::ModulusTooSmall(bits)),
        bits @ 8193.. => return Err(KeyError::ModulusTooLarge(bits)),
        _ => {}
    }
    if weak::is_roca(n) {
        return Err(KeyError::Jwk("its modulus was made by a faulty library and can be factored"));
    }
    let is_odd = e.last().is_some_and(|low| low % 2 == 1);
    if is_odd && (2..=33).contains(&bit_length(e)) {
        Ok(())
    } else {
        Err(KeyError::Jwk("its exponent is not an odd number of 2 to 33 bits"))
    }
}

fn bit_length(big_endian: &[u8]) -> usize {
    let Some(first) = big_endian.iter().position(|byte| *byte != 0) else { return 0 };
    (big_endian.len() - first) * 8 - big_endian[first].leading_zeros() as usize
}

/// A name for a shared secret that says nothing about it: a MAC under the secret, not a hash of it.
fn shared_secret_id(secret: &Secret<Vec<u8>>) -> Result<KeyId, KeyError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose())
        .map_err(|_| KeyError::Invalid { algorithm: Algorithm::Hs256 })?;
    mac.update(b"stockade key id v1");
    KeyId::new(&Base64UrlUnpadded::encode_string(&mac.finalize().into_bytes()[..16]))
}

fn shared_secret(jwk: &ForeignJwk) -> Result<Secret<Vec<u8>>, KeyError> {
    let k = jwk.k.as_ref().filter(|_| jwk.kty == "oct").ok_or(KeyError::Jwk("HS256 takes `kty` oct"))?;
    let bytes =
        Base64UrlUnpadded::decode_vec(k.expose()).map_err(|_| KeyError::Jwk("`k` is not base64url"))?;
    Ok(Secret::new(bytes))
}

fn material(jwk: &ForeignJwk, algorithm: Algorithm) -> Result<Material, KeyError> {
    let crv = jwk.crv.as_deref();
    let material = match (algorithm, jwk.kty.as_str()) {
        (Algorithm::EdDsa, "OKP") if crv == Some("Ed25519") => {
            Material::ed25519(&fixed::<32>(jwk.x.as_deref())?)
        }
        (Algorithm::Es256, "EC") if crv == Some("P-256") => {
            Material::p256(&fixed::<32>(jwk.x.as_deref())?, &fixed::<32>(jwk.y.as_deref())?)
        }
        (Algorithm::Rs256, "RSA") => Material::rsa(&number(jwk.n.as_deref())?, &number(jwk.e.as_deref())?),
        _ => return Err(KeyError::Jwk("`kty` and `crv` do not fit its `alg`")),
    };
    Ok(material)
}

fn number(member: Option<&str>) -> Result<Vec<u8>, KeyError> {
    let text = member.ok_or(KeyError::Jwk("a member is missing"))?;
    Base64UrlUnpadded::decode_vec(text).map_err(|_| KeyError::Jwk("a member is not base64url"))
}

fn fixed<const N: usize>(member: Option<&str>) -> Result<[u8; N], KeyError> {
    number(member)?.try_into().map_err(|_| KeyError::Jwk("a coordinate has the wrong length"))
}
