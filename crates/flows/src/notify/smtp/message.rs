//! One mail as RFC 5322 has it.

use super::{SmtpConfig, SmtpError};
use crate::notify::{Mail, Notice};
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::{Address, message};
use std::time::{Duration, UNIX_EPOCH};
use stockade_authn::EmailAddress;
use stockade_core::{Clock, Entropy};

pub(super) fn build(
    config: &SmtpConfig,
    notice: &Notice,
    mail: &Mail,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<Message, SmtpError> {
    let mut id = [0; 16];
    entropy.fill(&mut id).map_err(|_| SmtpError::Entropy)?;
    let id = format!("<{:032x}@{}>", u128::from_be_bytes(id), config.sender_domain());
    let date = UNIX_EPOCH.checked_add(Duration::from_millis(clock.now().as_millis()));
    Message::builder()
        .from(Mailbox::new(config.from_name.clone(), address(&config.from)?))
        .to(Mailbox::new(None, address(&notice.to)?))
        .subject(mail.subject())
        .message_id(Some(id))
        .date(date.unwrap_or(UNIX_EPOCH))
        .header(ContentType::TEXT_PLAIN)
        .header(AutoSubmitted)
        .body(message::Body::new(mail.body().expose().clone()))
        .map_err(|_| SmtpError::Unwritable)
}

fn address(email: &EmailAddress) -> Result<Address, SmtpError> {
    let (local, domain) = email.as_str().rsplit_once('@').ok_or(SmtpError::Unwritable)?;
    Address::new(local, domain).map_err(|_| SmtpError::Unwritable)
}

/// RFC 3834 §5: asks answering machines for silence.
#[derive(Clone)]
struct AutoSubmitted;

impl AutoSubmitted {
    const VALUE: &str = "auto-generated";
}

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        if text == Self::VALUE { Ok(Self) } else { Err("not a value that is sent here".into()) }
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), Self::VALUE.to_owned())
    }
}
