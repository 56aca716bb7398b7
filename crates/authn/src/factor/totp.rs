//! The secret of an authenticator app, and the codes it makes.

use super::{FactorError, FactorId, TotpCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::Duration;
use stockade_core::{Entropy, EntropyError, Secret, UnixMillis};
use zeroize::Zeroizing;

/// RFC 4226 §4: 160 bits are recommended.
const SECRET_LEN: usize = 20;

/// RFC 6238 §5.2 recommends it, ASVS 6.5.5 allows no more, and apps know no other.
const STEP_SECS: u64 = 30;

/// The most bytes of the account's name in an app: the longest e-mail address.
const MAX_LABEL_LEN: usize = 254;

/// RFC 3986 §2.3: what needs no escape.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What an authenticator app needs, to be shown to its owner once and kept nowhere. Everything in it is the secret itself.
#[derive(Debug)]
#[non_exhaustive]
pub struct Enrolment {
    /// Which enrolment.
    pub id: FactorId,
    /// The secret in base 32, for typing.
    pub secret: Secret<String>,
    /// The `otpauth` URI, for a link or a QR code.
    pub uri: Secret<String>,
    /// How long it waits for its first code.
    pub expires_in: Duration,
}

/// HMAC-SHA-1, six digits, 30 seconds: what every app computes, whatever the URI says. RFC 4226 appendix B.2: collisions of
/// SHA-1 do not help against HMAC.
pub(super) struct TotpSecret(Secret<[u8; SECRET_LEN]>);

impl TotpSecret {
    pub(super) fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = Zeroizing::new([0; SECRET_LEN]);
        entropy.fill(&mut *bytes)?;
        Ok(Self(Secret::new(*bytes)))
    }

    pub(super) fn from_opened(opened: &Secret<Vec<u8>>) -> Result<Self, FactorError> {
        let bytes = <[u8; SECRET_LEN]>::try_from(opened.expose().as_slice())
            .map(Zeroizing::new)
            .map_err(|_| FactorError::ForeignSecret)?;
        Ok(Self(Secret::new(*bytes)))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.expose()
    }

    pub(super) fn to_base32(&self) -> Secret<String> {
        Secret::new(totp_rs::Secret::from(self.0.expose().as_slice()).to_base32())
    }

    /// The latest step around `now` whose code this is: where two steps share their digits, seeing them once consumes both. All
    /// steps are tried, whichever matches.
    pub(super) fn matching_step(&self, code: &TotpCode, now: UnixMillis, skew: u8) -> Option<u64> {
        let totp = totp_rs::Builder::new()
            .with_secret(self.0.expose().as_slice())
            .with_skew(0)
            .with_step_duration(STEP_SECS)
            .build()
            .ok()?;
        let (current, skew) = (now.as_secs() / STEP_SECS, u64::from(skew));
        let steps = current.saturating_sub(skew)..=current.saturating_add(skew);
        // The comparison within is in constant time.
        steps.filter_map(|step| totp.check(code.expose(), step * STEP_SECS)).max()
    }

    /// The URI of the Key Uri Format that apps read. Neither part of the label may have a colon: one in `account` becomes a
    /// hyphen, and control characters are left out.
    pub(super) fn to_uri(&self, issuer: &str, account: &str) -> Secret<String> {
        let issuer = utf8_percent_encode(issuer, ESCAPED);
        let label = label(account);
        let label = utf8_percent_encode(&label, ESCAPED);
        let secret = self.to_base32();
        let secret = secret.expose();
        // Room for all, so that no shorter copy of the secret is left behind by growing.
        let mut uri = String::with_capacity(128 + secret.len() + 2 * 3 * 64 + 3 * MAX_LABEL_LEN);
        for part in ["otpauth://totp/"].into_iter().chain(issuer.clone()).chain(["%3A"]).chain(label) {
            uri.push_str(part);
        }
        for part in ["?secret=", secret, "&issuer="].into_iter().chain(issuer) {
            uri.push_str(part);
        }
        uri.push_str("&algorithm=SHA1&digits=6&period=30");
        Secret::new(uri)
    }
}

fn label(account: &str) -> String {
    let mut label = String::new();
    for c in account.chars().filter(|c| !c.is_control()).map(|c| if c == ':' { '-' } else { c }) {
        if label.len() + c.len_utf8() > MAX_LABEL_LEN {
            break;
        }
        label.push(c);
    }
    label
}
