//! Addresses by which people are found.

use std::fmt;
use stockade_core::Problem;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// An e-mail address, checked only for what can be known without sending mail: one `@`, something on both sides, no spaces,
/// control or invisible characters (ASVS 1.3.11: no line break reaches a mail header), and the length limits of RFC 5321.
///
/// Two spellings that differ only in the case of ASCII letters are one address: [`canonical`](EmailAddress::canonical) is
/// what stores compare. Nothing else is folded, or somebody with a mailbox of his own could be taken for somebody else:
///
/// - Unicode's case rules read U+212A (Kelvin sign) as `k` and U+017F (long s) as `s`. Here no letter outside ASCII is
///   folded, and those for which normalization form C has another one, the Kelvin sign among them, are refused.
/// - A local part may have any other letters; they are compared in form C (RFC 6532 §3.1), whichever way a keyboard
///   composes them, and with their case.
/// - A domain is what DNS holds: labels of ASCII letters, digits and hyphens. An internationalised one is written in its
///   ASCII form (`xn--…`, RFC 5890), so that how it is mapped is nobody's guess.
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

    /// RFC 1035 §2.3.4.
    const MAX_LABEL_LEN: usize = 63;

    /// Reads an address; surrounding white space is not part of it.
    ///
    /// # Errors
    /// It has no such form.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        if text.len() > Self::MAX_LEN + 64 {
            return Err(InvalidEmail);
        }
        let typed = text.trim();
        let (local, domain) = typed.rsplit_once('@').ok_or(InvalidEmail)?;
        let (folded_local, folded_domain) = (canonical_local(local), domain.to_ascii_lowercase());
        let canonical = format!("{folded_local}@{folded_domain}");
        // In form C some letters take more bytes: what stores compare has to keep to the limits, too.
        let local_fits = |local: &str| (1..=Self::MAX_LOCAL_LEN).contains(&local.len());
        let lengths_fit = typed.len().max(canonical.len()) <= Self::MAX_LEN
            && local_fits(local)
            && local_fits(&folded_local);
        if lengths_fit && local.chars().all(is_plain) && domain.split('.').all(is_label) {
            Ok(Self { typed: typed.to_owned(), canonical })
        } else {
            Err(InvalidEmail)
        }
    }

    /// The address as it was typed, for sending mail to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The address for comparing: its ASCII letters in lower case, its other letters in form C.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }
}

fn canonical_local(local: &str) -> String {
    let mut form: String = local.nfc().collect();
    form.make_ascii_lowercase();
    form
}

/// Whether a character may stand in a local part: seen, no delimiter, and itself in form C.
fn is_plain(c: char) -> bool {
    let is_delimiter = matches!(c, '@' | '<' | '>' | '"' | ',' | ';' | ':' | '(' | ')' | '[' | ']' | '\\');
    !c.is_control()
        && !c.is_whitespace()
        && !is_delimiter
        && !is_invisible(c)
        && (c.is_ascii() || is_nfc(c.encode_utf8(&mut [0; 4])))
}

/// Characters without a shape, which make two addresses look alike or turn the order of what is shown: soft hyphen, joiners,
/// marks of direction, variation selectors, tags.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// RFC 5890 §2.3.1: letters, digits and hyphens, no hyphen at either end.
fn is_label(label: &str) -> bool {
    (1..=EmailAddress::MAX_LABEL_LEN).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
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
mod tests;
