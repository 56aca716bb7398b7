//! A typed code of an authenticator app.

use std::fmt;
use stockade_core::Secret;
use zeroize::Zeroizing;

/// RFC 4226 §5.3 wants at least six; authenticator apps show six.
const DIGITS: usize = 6;

/// Six ASCII digits, as an authenticator app shows them.
#[derive(Clone)]
pub struct TotpCode(Secret<[u8; DIGITS]>);

/// The text is not six digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a code of six digits")]
pub struct NotTotpCode;

impl TotpCode {
    /// The most bytes of a typed code, spaces included.
    pub const MAX_TYPED_LEN: usize = 16;

    /// Reads a typed code. Spaces, which apps put in the middle, are not part of it; other digits than those of ASCII are no
    /// digits.
    ///
    /// # Errors
    /// What is left is not six digits.
    pub fn parse(typed: &str) -> Result<Self, NotTotpCode> {
        if typed.len() > Self::MAX_TYPED_LEN {
            return Err(NotTotpCode);
        }
        let mut digits = Zeroizing::new([0; DIGITS]);
        let mut places = digits.iter_mut();
        for digit in typed.bytes().filter(|byte| *byte != b' ') {
            if !digit.is_ascii_digit() {
                return Err(NotTotpCode);
            }
            *places.next().ok_or(NotTotpCode)? = digit;
        }
        if places.next().is_some() {
            return Err(NotTotpCode);
        }
        Ok(Self(Secret::new(*digits)))
    }

    pub(super) fn expose(&self) -> &str {
        std::str::from_utf8(self.0.expose()).unwrap_or_default()
    }
}

impl fmt::Debug for TotpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpCode([redacted])")
    }
}
