//! What each notice says, in English.

mod links;
#[cfg(test)]
pub(super) mod tests;

pub use links::{InvalidLinks, Links};

use super::{Compose, Mail, Matter, Notice};
use std::time::Duration;
use stockade_core::Secret;

/// Plain English for each [`Matter`].
///
/// - Addresses in it come from the [`Links`] of the configuration and from nowhere else: a notice carries none, so that no
///   `Host` header of a request finds its way into a mail.
/// - The name that a person chose is not in it: whoever signs up with somebody else's address would choose what is sent there.
///   The name of an API key is, without what could look like an address.
#[derive(Debug, Clone)]
pub struct Texts {
    service: String,
    links: Links,
}

impl Texts {
    /// The most characters of an API key's name that are shown.
    const MAX_NAME_CHARS: usize = 40;

    /// Texts in the name of `service`, with addresses under `links`.
    #[must_use]
    pub fn new(service: &str, links: Links) -> Self {
        let service = service.chars().filter(|c| !c.is_control()).take(100).collect();
        Self { service, links }
    }

    fn told(&self, what: &str, happened: &str) -> Mail {
        let service = &self.service;
        let body = format!(
            "Hello,\n\n{happened}\n\nIf this was you, there is nothing to do. If it was not, reset your password at once and \
             tell {service}:\n\n{}\n",
            self.links.home()
        );
        Mail::new(&format!("{service}: {what}"), body)
    }

    fn asked(&self, what: &str, to_do: &str, link: Secret<String>, expires_in: Duration) -> Mail {
        let (service, within) = (&self.service, in_words(expires_in));
        let body = format!(
            "Hello,\n\n{to_do}, open this address within {within}:\n\n{}\n\nIt works once. If you did not ask for this, ignore \
             this mail: nothing happens without it.\n\n{service}\n",
            link.expose()
        );
        Mail::new(&format!("{service}: {what}"), body).with_link(link)
    }
}

impl Compose for Texts {
    fn compose(&self, notice: &Notice) -> Mail {
        let Self { service, links } = self;
        match &notice.matter {
            Matter::VerifyEmail { token, expires_in } => {
                let to_do = format!("To finish signing up to {service}");
                self.asked("confirm your address", &to_do, links.verify(token), *expires_in)
            }
            Matter::ChangeEmail { token, expires_in } => {
                let to_do = format!("To use this address for your account at {service}");
                self.asked("confirm your new address", &to_do, links.verify(token), *expires_in)
            }
            Matter::ResetPassword { token, expires_in } => {
                let to_do = format!("To choose a new password for your account at {service}");
                self.asked("reset your password", &to_do, links.reset(token), *expires_in)
            }
            Matter::AlreadyRegistered => Mail::new(
                &format!("{service}: you have an account already"),
                format!(
                    "Hello,\n\nsomebody, perhaps you, wanted to use this address for an account at {service}. It has one \
                     already: sign in with it, or reset its password if you forgot it.\n\n{}\n\nIf this was not you, there is \
                     nothing to do: your account is as it was.\n",
                    links.home()
                ),
            ),
            Matter::EmailChangeRequested => self.told(
                "somebody wants to change your address",
                "somebody who knows your password asked to move your account to another address. It moves when that address is \
                 confirmed.",
            ),
            Matter::EmailChanged => self.told(
                "your address was changed",
                "your account has another address now. Mail about it no longer comes here.",
            ),
            Matter::PasswordChanged => {
                self.told("your password was changed", "the password of your account was changed. Other sessions were ended.")
            }
            Matter::PasswordReset => {
                self.told("your password was reset", "the password of your account was reset by mail. All sessions were ended.")
            }
            Matter::SecondFactorEnabled => self.told(
                "a second factor is in force",
                "signing in to your account now asks for a code besides the password.",
            ),
            Matter::SecondFactorDisabled => self.told(
                "the second factor was removed",
                "signing in to your account no longer asks for a code besides the password.",
            ),
            Matter::BackupCodesRegenerated => self.told(
                "new backup codes were made",
                "new backup codes were made for your account. The old ones no longer work.",
            ),
            Matter::BackupCodeUsed { left } => self.told(
                "a backup code was used",
                &format!("a backup code was used to sign in to your account. Unused codes left: {left}."),
            ),
            Matter::ApiKeyCreated { name } => self.told(
                "an API key was made",
                &format!("a new API key named \"{}\" acts for your account.", harmless(name)),
            ),
            Matter::AccountDisabled => Mail::new(
                &format!("{service}: your account was closed"),
                format!("Hello,\n\nan administrator of {service} closed your account. Nobody can sign in to it.\n"),
            ),
            Matter::AccountRemoved => Mail::new(
                &format!("{service}: your account was deleted"),
                format!("Hello,\n\nyour account at {service} was deleted.\n"),
            ),
        }
    }
}

/// A name of which no mail program makes a link.
fn harmless(name: &str) -> String {
    let plain = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    name.chars().filter(plain).take(Texts::MAX_NAME_CHARS).collect()
}

/// Rounded down, so that nothing is promised.
fn in_words(span: Duration) -> String {
    let minutes = span.as_secs() / 60;
    let (number, unit) = match minutes {
        0 => (span.as_secs(), "second"),
        1..120 => (minutes, "minute"),
        120..2880 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}
