//! The credential in the `authorization` header (RFC 6750 §2.1).

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

/// The most bytes of a bearer token: 8 KiB, the size to which servers commonly limit a whole header. A longer one is
/// refused before anything looks into it.
pub const MAX_BEARER: usize = 8 * 1024;

const SCHEME: &[u8] = b"bearer ";

/// What the request brought along.
pub(super) enum Presented<'a> {
    /// No credential at all.
    Nothing,
    /// One bearer token of acceptable length and alphabet.
    Bearer(&'a str),
    /// Something that is none, and the audit log's code for it.
    Unacceptable(&'static str),
}

/// Reads the credential. Only this header counts: a token in the query string ends up in logs and histories (ASVS 14.2.1), and
/// is not looked for.
pub(super) fn presented(headers: &HeaderMap) -> Presented<'_> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (None, _) => Presented::Nothing,
        (Some(only), None) => token(only),
        // Two parts of a system that each read another one would see two callers (ASVS 15.3.7).
        (Some(_), Some(_)) => Presented::Unacceptable("authorization_repeated"),
    }
}

fn token(value: &HeaderValue) -> Presented<'_> {
    let value = value.as_bytes();
    if value.len() > SCHEME.len() + MAX_BEARER {
        return Presented::Unacceptable("token_too_long");
    }
    let Some((scheme, token)) = value.split_at_checked(SCHEME.len()) else {
        return Presented::Unacceptable("authorization_malformed");
    };
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return Presented::Unacceptable("authorization_scheme");
    }
    match std::str::from_utf8(token) {
        Ok(token) if is_b64token(token) => Presented::Bearer(token),
        _ => Presented::Unacceptable("authorization_malformed"),
    }
}

/// `b64token` of RFC 6750 §2.1.
fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b))
}
