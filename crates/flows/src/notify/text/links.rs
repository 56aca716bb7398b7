//! Where the links of a mail lead.

use std::fmt::Write;
use stockade_core::Secret;

/// The pages that links in mails lead to: of the configuration, never of a request.
///
/// The token stands behind `#`, which a browser sends to no server: it is in no access log, no `Referer`, and no link preview
/// spends it. The page takes it from there and posts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    base: String,
    verify: String,
    reset: String,
}

/// The links cannot be made of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidLinks {
    /// The base is no address.
    #[error("the base of links is https://, a host and perhaps a path, without user, query or fragment")]
    Base,
    /// A page is no path.
    #[error("a page of links is a relative path of letters, digits, `-`, `_`, `.` and `/`")]
    Page,
}

impl Links {
    /// The most bytes of a base or a page.
    pub const MAX_LEN: usize = 512;

    /// Links under `base`, such as `https://exam.example.org`, to the pages `verify-email` and `password-reset`.
    ///
    /// # Errors
    /// `base` does not start with `https://`, or has more than a host, a port and a path.
    pub fn new(base: &str) -> Result<Self, InvalidLinks> {
        let rest = base.strip_prefix("https://").ok_or(InvalidLinks::Base)?;
        Self::of("https://", rest)
    }

    /// Links to a server without TLS, for development: whoever is on the way reads the tokens.
    ///
    /// # Errors
    /// `base` does not start with `http://`, or has more than a host, a port and a path.
    pub fn insecure_http(base: &str) -> Result<Self, InvalidLinks> {
        let rest = base.strip_prefix("http://").ok_or(InvalidLinks::Base)?;
        Self::of("http://", rest)
    }

    fn of(scheme: &str, rest: &str) -> Result<Self, InvalidLinks> {
        let rest = rest.trim_end_matches('/');
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/[]".contains(&b);
        let host_is_there = rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
        if rest.len() > Self::MAX_LEN || !host_is_there || !rest.bytes().all(plain) {
            return Err(InvalidLinks::Base);
        }
        let (verify, reset) = ("verify-email".to_owned(), "password-reset".to_owned());
        Ok(Self { base: format!("{scheme}{rest}"), verify, reset })
    }

    /// Leads to other pages under the same base.
    ///
    /// # Errors
    /// One of them is no relative path.
    pub fn with_pages(mut self, verify: &str, reset: &str) -> Result<Self, InvalidLinks> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./".contains(&b);
        let is_page = |page: &str| {
            (1..=Self::MAX_LEN).contains(&page.len())
                && page.bytes().all(plain)
                && !page.starts_with('/')
                && !page.split('/').any(|part| part == "..")
        };
        if !is_page(verify) || !is_page(reset) {
            return Err(InvalidLinks::Page);
        }
        (self.verify, self.reset) = (verify.to_owned(), reset.to_owned());
        Ok(self)
    }

    /// The service itself.
    #[must_use]
    pub fn home(&self) -> &str {
        &self.base
    }

    pub(super) fn verify(&self, token: &Secret<String>) -> Secret<String> {
        self.to(&self.verify, token)
    }

    pub(super) fn reset(&self, token: &Secret<String>) -> Secret<String> {
        self.to(&self.reset, token)
    }

    fn to(&self, page: &str, token: &Secret<String>) -> Secret<String> {
        // Room for each byte escaped: growing would leave copies behind.
        let room = self.base.len() + page.len() + token.expose().len().saturating_mul(3) + 16;
        let mut link = String::with_capacity(room);
        link.extend([&self.base, "/", page, "#token="]);
        for byte in token.expose().bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                link.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(link, "%{byte:02X}");
            }
        }
        Secret::new(link)
    }
}
