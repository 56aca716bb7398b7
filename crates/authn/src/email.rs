//! Addresses by which people are found.

use std::fmt;
use stockade_core::Problem;

/// An e-mail address, checked only for what can be known without sending mail: one `@`, something on both sides, no spaces
/// or control characters (ASVS 1.3.11: no line break reaches a mail header), and the length limits of RFC 5321.
///
/// Two spellings that differ only in case are one address: [`canonical`](EmailAddress::canonical) is what stores compare.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    typed: String,
    canonical: String,
}

/// The text is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct InvalidEmail;

impl EmailAddress {
    /// RFC 5321 §4.5.3.1.3 with its erratum: a path has 256 octets, two of them angle brackets.
    pub const MAX_LEN: usize = 254;

    /// RFC 5321 §4.5.3.1.1.
    const MAX_LOCAL_LEN: usize = 64;

    /// Reads an address; surrounding white space is not part of it.
    ///
    /// # Errors
    /// It has no such form.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        if text.len() > Self::MAX_LEN + 64 {
            return Err(InvalidEmail);
        }
        let (typed, canonical) = (text.trim(), text.trim().to_lowercase());
        let (local, domain) = typed.rsplit_once('@').ok_or(InvalidEmail)?;
        // In lower case some letters take more bytes: what stores compare has to keep to the limits, too.
        let lengths_fit = Self::lengths_fit(typed) && Self::lengths_fit(&canonical);
        let plain = |c: char| {
            !c.is_control() && !c.is_whitespace() && !matches!(c, '@' | '<' | '>' | '"' | ',' | ';')
        };
        let domain_fits =
            !domain.starts_with(['.', '-']) && !domain.ends_with(['.', '-']) && !domain.contains("..");
        if lengths_fit && domain_fits && local.chars().all(plain) && domain.chars().all(plain) {
            Ok(Self { typed: typed.to_owned(), canonical })
        } else {
            Err(InvalidEmail)
        }
    }

    fn lengths_fit(form: &str) -> bool {
        form.len() <= Self::MAX_LEN
            && form.rsplit_once('@').is_some_and(|(local, domain)| {
                (1..=Self::MAX_LOCAL_LEN).contains(&local.len()) && !domain.is_empty()
            })
    }

    /// The address as it was typed, for sending mail to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The address in lower case, for comparing.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}

impl fmt::Debug for EmailAddress {
    /// Shows the domain only: logs are no address book.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress(…@{})", self.canonical.rsplit('@').next().unwrap_or_default())
    }
}

impl From<InvalidEmail> for Problem {
    fn from(_: InvalidEmail) -> Self {
        Self::invalid_field("email", "invalid", "not an e-mail address")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinary_addresses_are_read_and_compared_without_case() {
        let email = EmailAddress::parse(" Ada.Lovelace+x@Example.ORG ").unwrap();
        assert_eq!(email.as_str(), "Ada.Lovelace+x@Example.ORG");
        assert_eq!(email.canonical(), "ada.lovelace+x@example.org");
        assert!(!format!("{email:?}").contains("Lovelace"));
    }

    #[test]
    fn asvs_v1_3_11_no_line_break_or_second_recipient_gets_into_an_address() {
        for text in [
            "a@b\r\nBcc: c@d",
            "a\n@b.org",
            "a@b.org,c@d.org",
            "a@b@c",
            "<a@b.org>",
            "@b.org",
            "a@",
            "a",
            "",
            "a@.org",
            "a@b..org",
            "a b@c.org",
        ] {
            assert!(EmailAddress::parse(text).is_err(), "`{text}`");
        }
        assert!(EmailAddress::parse(&format!("{}@b.org", "a".repeat(65))).is_err());
        assert!(EmailAddress::parse(&format!("a@{}.org", "b".repeat(260))).is_err());
        assert!(EmailAddress::parse(&format!("{}@b.org", "İ".repeat(32))).is_err(), "longer in lower case");
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_is_plain(text in "\\PC{0,40}(@\\PC{0,40})?") {
            if let Ok(email) = EmailAddress::parse(&text) {
                prop_assert!(!email.as_str().chars().any(|c| c.is_control() || c.is_whitespace()));
                let again = EmailAddress::parse(email.canonical()).unwrap();
                prop_assert_eq!(again.canonical(), email.canonical().to_lowercase());
            }
        }
    }
}
