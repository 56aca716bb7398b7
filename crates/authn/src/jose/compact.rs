//! The compact serialization (RFC 7515 §7.1): three parts, two dots.

use super::object::from_object;
use super::{JwsError, KeyError, KeySet, SigningKey, VerifyingKey, backend};
use base64ct::{Base64UrlUnpadded, Encoding};
use std::borrow::Cow;

/// The most bytes of a token that are looked at: what common proxies accept as one header line.
pub const MAX_TOKEN_LEN: usize = 8 * 1024;

/// The most base64url characters of a token's header.
pub const MAX_HEADER_LEN: usize = 1024;

/// Everything that a header may say. A member that is not here is refused, not skipped: what we do not understand could be
/// `crit`, or an embedded key.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Header<'a> {
    #[serde(borrow)]
    alg: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    typ: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    kid: Option<Cow<'a, str>>,
}

/// Signs `payload`.
pub(crate) fn sign(payload: &[u8], typ: &str, key: &SigningKey) -> Result<String, KeyError> {
    let header = Header {
        alg: key.algorithm().name().into(),
        typ: Some(typ.into()),
        kid: Some(key.id().as_str().into()),
    };
    let unusable = || KeyError::Invalid { algorithm: key.algorithm() };
    let header = serde_json::to_vec(&header).map_err(|_| unusable())?;
    let mut token = Base64UrlUnpadded::encode_string(&header);
    token.push('.');
    token.push_str(&Base64UrlUnpadded::encode_string(payload));
    let signature = backend::sign(token.as_bytes(), key.encoding(), key.algorithm())?;
    token.push('.');
    token.push_str(&Base64UrlUnpadded::encode_string(&signature));
    Ok(token)
}

/// Verifies `token` with the key that it names, and gives its payload.
pub(super) fn verify(token: &str, keys: &KeySet, typ: Option<&str>) -> Result<Vec<u8>, JwsError> {
    let parts = Parts::split(token)?;
    let header = decode(parts.header)?;
    let header: Header<'_> = from_object(&header).ok_or(JwsError::Header)?;
    let key = header.kid.as_deref().and_then(|kid| keys.find(kid)).ok_or(JwsError::UnknownKey)?;
    if header.alg != key.algorithm().name() {
        return Err(JwsError::Algorithm);
    }
    if typ.is_some_and(|wanted| !is_type(header.typ.as_deref(), wanted)) {
        return Err(JwsError::Type);
    }
    parts.check_signature(key)?;
    decode(parts.payload)
}

struct Parts<'a> {
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
    signed: &'a str,
}

impl<'a> Parts<'a> {
    fn split(token: &'a str) -> Result<Self, JwsError> {
        if token.len() > MAX_TOKEN_LEN {
            return Err(JwsError::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(JwsError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(JwsError::Malformed)?;
        if header.len() > MAX_HEADER_LEN {
            return Err(JwsError::TooLong);
        }
        if header.is_empty() || signature.is_empty() || payload.contains('.') {
            return Err(JwsError::Malformed);
        }
        Ok(Self { header, payload, signature, signed })
    }

    fn check_signature(&self, key: &VerifyingKey) -> Result<(), JwsError> {
        let signature = decode(self.signature)?;
        match backend::verifies(self.signed.as_bytes(), &signature, key.decoding(), key.algorithm()) {
            Ok(true) => Ok(()),
            Ok(false) => Err(JwsError::Signature),
            Err(_) => Err(JwsError::Key),
        }
    }
}

fn decode(part: &str) -> Result<Vec<u8>, JwsError> {
    Base64UrlUnpadded::decode_vec(part).map_err(|_| JwsError::Malformed)
}

/// RFC 7515 §4.1.9: media types compare without case, and `application/` may be left out.
fn is_type(given: Option<&str>, wanted: &str) -> bool {
    const PREFIX: &str = "application/";
    given.is_some_and(|given| {
        let bare = match given.get(..PREFIX.len()) {
            Some(prefix) if prefix.eq_ignore_ascii_case(PREFIX) => &given[PREFIX.len()..],
            _ => given,
        };
        bare.eq_ignore_ascii_case(wanted)
    })
}
