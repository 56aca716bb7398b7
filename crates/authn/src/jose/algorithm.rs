//! The signature algorithms on offer.

use jsonwebtoken::AlgorithmFamily;

/// A signature algorithm (RFC 7518 §3.1, RFC 8037). A key is pinned to one; a token cannot choose.
///
/// There is no `none`, and nothing weaker than 128 bits of security but RSA at its allowed floor of 2048 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// Ed25519: the default. Small, fast, deterministic.
    EdDsa,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256, for peers that know nothing else.
    Rs256,
    /// HMAC with SHA-256: whoever can verify can also sign, so it is for one service talking to itself.
    Hs256,
}

impl Algorithm {
    /// The `alg` value, in its one spelling.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::Hs256 => "HS256",
        }
    }

    /// Whether verifying takes the same key as signing.
    #[must_use]
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::Hs256)
    }

    pub(super) const fn jwt(self) -> jsonwebtoken::Algorithm {
        match self {
            Self::EdDsa => jsonwebtoken::Algorithm::EdDSA,
            Self::Es256 => jsonwebtoken::Algorithm::ES256,
            Self::Rs256 => jsonwebtoken::Algorithm::RS256,
            Self::Hs256 => jsonwebtoken::Algorithm::HS256,
        }
    }

    pub(super) const fn family(self) -> AlgorithmFamily {
        match self {
            Self::EdDsa => AlgorithmFamily::Ed,
            Self::Es256 => AlgorithmFamily::Ec,
            Self::Rs256 => AlgorithmFamily::Rsa,
            Self::Hs256 => AlgorithmFamily::Hmac,
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::EdDsa, Self::Es256, Self::Rs256, Self::Hs256].into_iter().find(|a| a.name() == name)
    }
}
