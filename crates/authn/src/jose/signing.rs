//! Keys that sign.

use super::jwk::{Material, PublicJwk};
use super::{Algorithm, KeyError, KeyId, VerifyingKey, backend, weak};
use jsonwebtoken::jwk::EllipticCurve;
use jsonwebtoken::{DecodingKey, EncodingKey};
use std::fmt;
use stockade_core::{Entropy, Secret};
use zeroize::Zeroizing;

/// RFC 8410 §7: the fixed beginning of an Ed25519 private key in PKCS #8; the 32 bytes of the seed follow.
const ED25519_PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// A private key or shared secret, pinned to one algorithm, with a name.
///
/// The name (`kid`) of a key pair is its RFC 7638 thumbprint. Keys are wiped when dropped and never printed.
#[derive(Clone)]
pub struct SigningKey {
    encoding: EncodingKey,
    verifying: VerifyingKey,
}

impl SigningKey {
    /// A new Ed25519 key.
    ///
    /// # Errors
    /// The system gave no randomness, or no backend is built in.
    pub fn generate_ed25519(entropy: &dyn Entropy) -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        entropy.fill(&mut *seed)?;
        Self::ed25519_from_seed(&Secret::new(*seed))
    }

    /// The Ed25519 key with this seed (RFC 8032 §5.1.5): 32 bytes from a secure generator, kept as carefully as the key itself.
    ///
    /// # Errors
    /// No backend is built in.
    pub fn ed25519_from_seed(seed: &Secret<[u8; 32]>) -> Result<Self, KeyError> {
        let mut der = Zeroizing::new(Vec::with_capacity(ED25519_PKCS8_PREFIX.len() + seed.expose().len()));
        der.extend_from_slice(&ED25519_PKCS8_PREFIX);
        der.extend_from_slice(seed.expose());
        Self::ed25519(EncodingKey::from_ed_der(&der))
    }

    /// An Ed25519 key from a PKCS #8 PEM file (`openssl genpkey -algorithm ed25519`).
    ///
    /// # Errors
    /// It is no such file.
    pub fn ed25519_from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        Self::ed25519(EncodingKey::from_ed_pem(pem).map_err(|_| invalid(Algorithm::EdDsa))?)
    }

    /// A P-256 key from a PKCS #8 PEM file (`openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`).
    ///
    /// # Errors
    /// It is no such file, or a key on another curve.
    pub fn es256_from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let wrong = |_| invalid(Algorithm::Es256);
        let encoding = EncodingKey::from_ec_pem(pem).map_err(wrong)?;
        let components = backend::provider()?.key_utils.ec_pub_components_from_private_key;
        let (curve, x, y) = components(encoding.as_bytes(), jsonwebtoken::Algorithm::ES256).map_err(wrong)?;
        if curve != EllipticCurve::P256 {
            return Err(invalid(Algorithm::Es256));
        }
        Self::pair(encoding, Algorithm::Es256, Material::p256(&x, &y))
    }

    /// An RSA key of at least 2048 bits from a PKCS #8 or PKCS #1 PEM file.
    ///
    /// # Errors
    /// It is no such file, or the key is too small.
    pub fn rs256_from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let wrong = |_| invalid(Algorithm::Rs256);
        let encoding = EncodingKey::from_rsa_pem(pem).map_err(wrong)?;
        let components = backend::provider()?.key_utils.rsa_pub_components_from_private_key;
        let (n, e) = components(encoding.as_bytes()).map_err(wrong)?;
        Self::pair(encoding, Algorithm::Rs256, Material::rsa(&n, &e))
    }

    /// A shared secret of at least 32 bytes, for one service that both issues and verifies.
    ///
    /// # Errors
    /// It is too short, repeats a few values, or stands in tutorials.
    pub fn hs256(secret: &Secret<Vec<u8>>) -> Result<Self, KeyError> {
        weak::check_shared_secret(secret.expose())?;
        let encoding = EncodingKey::from_secret(secret.expose());
        let verifying = VerifyingKey::shared(secret)?;
        Ok(Self { encoding, verifying })
    }

    /// The same key under another name.
    #[must_use]
    pub fn with_id(mut self, id: KeyId) -> Self {
        self.verifying = self.verifying.with_id(id);
        self
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        self.verifying.id()
    }

    /// The one algorithm that it signs with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.verifying.algorithm()
    }

    /// Its verifying half. For a shared secret that is the secret itself.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    pub(super) fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }

    fn ed25519(encoding: EncodingKey) -> Result<Self, KeyError> {
        let public = (backend::provider()?.key_utils.ed_pub_components_from_private_key)(
            encoding.as_bytes(),
            &EllipticCurve::Ed25519,
        )
        .map_err(|_| invalid(Algorithm::EdDsa))?;
        Self::pair(encoding, Algorithm::EdDsa, Material::ed25519(&public))
    }

    fn pair(encoding: EncodingKey, algorithm: Algorithm, material: Material) -> Result<Self, KeyError> {
        if encoding.family() != algorithm.family() {
            return Err(invalid(algorithm));
        }
        let jwk = PublicJwk::new(material, algorithm)?;
        let verifying = VerifyingKey::public(jwk, algorithm)?;
        Ok(Self { encoding, verifying })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", self.id())
            .field("algorithm", &self.algorithm())
            .finish_non_exhaustive()
    }
}

fn invalid(algorithm: Algorithm) -> KeyError {
    KeyError::Invalid { algorithm }
}

/// Kept here so that the decoding key of a pair is always made from its public half.
pub(super) fn decoding_key(material: &Material, algorithm: Algorithm) -> Result<DecodingKey, KeyError> {
    match material {
        Material::Okp { x, .. } => DecodingKey::from_ed_components(x),
        Material::Ec { x, y, .. } => DecodingKey::from_ec_components(x, y),
        Material::Rsa { n, e } => DecodingKey::from_rsa_components(n, e),
    }
    .map_err(|_| invalid(algorithm))
}
