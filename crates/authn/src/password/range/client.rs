//! Asking a range service.

use super::answer::SUFFIX_LEN;
use super::{Fetch, RangeAnswer};
use crate::password::{BreachCheckError, BreachedPasswords, Exposure, Password};
use async_trait::async_trait;
use sha1::{Digest, Sha1};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Asks the range service of Have I Been Pwned, or one that speaks its protocol, whether a password has been in a breach.
///
/// The service learns the first five hexadecimal digits of the password's SHA-1: one of a million ranges, some thousand
/// passwords in each. It answers with the whole range, padded (`Add-Padding`) so that the length of the answer does not tell
/// an eavesdropper which range it was. The password stays here.
///
/// Costs a request and at most [`RangeAnswer::MAX_LEN`] bytes for each new password. What happens when the service is out of
/// reach is said where the client is added: [`PasswordRules::breached`](crate::password::PasswordRules::breached).
#[derive(Debug, Clone)]
pub struct RangeClient {
    fetch: Arc<dyn Fetch>,
    base: String,
}

/// The URL cannot be that of a range service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the url of a range service starts with https:// and ends with /")]
pub struct InvalidRangeUrl;

impl RangeClient {
    /// The public service, which asks for no key.
    pub const PUBLIC: &str = "https://api.pwnedpasswords.com/range/";

    /// How many digits go to the service: k-anonymity of the protocol.
    const PREFIX_LEN: usize = 5;

    /// The public service asks for an agent; padding hides which range was asked for.
    const HEADERS: [(&str, &str); 2] = [("add-padding", "true"), ("user-agent", "stockade")];

    /// A client of the [public service](Self::PUBLIC).
    #[must_use]
    pub fn new(fetch: Arc<dyn Fetch>) -> Self {
        Self { fetch, base: Self::PUBLIC.to_owned() }
    }

    /// Asks another service: five digits are put behind `base`.
    ///
    /// # Errors
    /// `base` does not start with `https://`, or does not end with a slash.
    pub fn with_url(self, base: &str) -> Result<Self, InvalidRangeUrl> {
        let is_url = base.starts_with("https://") && base.bytes().all(|b| b.is_ascii_graphic());
        if !is_url || !base.ends_with('/') || base.contains(['?', '#']) {
            return Err(InvalidRangeUrl);
        }
        Ok(self.insecure_with_url(base))
    }

    /// Asks another service by any URL, plain HTTP for instance: whoever is on the way can then let any password pass.
    #[must_use]
    pub fn insecure_with_url(mut self, base: &str) -> Self {
        base.clone_into(&mut self.base);
        self
    }
}

#[async_trait]
impl BreachedPasswords for RangeClient {
    async fn check(&self, password: &Password) -> Result<Exposure, BreachCheckError> {
        let digits = Zeroizing::new(sha1_hex(password.normalized().as_bytes()));
        let (prefix, suffix) = digits.split_at(Self::PREFIX_LEN);
        let suffix: &[u8; SUFFIX_LEN] = suffix.try_into().map_err(|_| BreachCheckError::Malformed)?;
        let prefix = std::str::from_utf8(prefix).map_err(|_| BreachCheckError::Malformed)?;

        let url = format!("{}{prefix}", self.base);
        let body = self.fetch.get(&url, &Self::HEADERS, RangeAnswer::MAX_LEN).await;
        let body = body.map_err(|error| BreachCheckError::Unreachable(error.into()))?;
        let answer = RangeAnswer::parse(&body).map_err(|_| BreachCheckError::Malformed)?;
        Ok(match answer.times(suffix) {
            Some(times) => Exposure::Found { times: Some(times) },
            None => Exposure::NotFound,
        })
    }
}

/// Upper case, as the protocol writes it.
fn sha1_hex(bytes: &[u8]) -> [u8; 40] {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or_default();
    let digest: Zeroizing<[u8; 20]> = Zeroizing::new(Sha1::digest(bytes).into());
    let mut hex = [0; 40];
    for (pair, byte) in hex.chunks_exact_mut(2).zip(digest.iter()) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    hex
}
