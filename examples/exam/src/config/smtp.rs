//! A mail server as a URL.

use super::{Complaint, Environment};
use percent_encoding::percent_decode_str;
use stockade::authn::EmailAddress;
use stockade::core::Secret;
use stockade_flows::notify::SmtpSecurity;

/// A mail server, and in whose name mail is sent.
#[derive(Debug)]
pub(crate) struct Smtp {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) security: SmtpSecurity,
    pub(crate) credentials: Option<(String, Secret<String>)>,
    pub(crate) from: EmailAddress,
    pub(crate) from_name: Option<String>,
}

impl Smtp {
    /// Reads `smtps://`, `smtp+starttls://` or, for a server on this machine, `smtp://`, then `[user:password@]host[:port]` with user and
    /// password percent-encoded; and `address` or `Name <address>`.
    ///
    /// # Errors
    /// One of them is nothing of the sort, or tokens would go in the clear.
    pub(super) fn parse(url: &str, from: &str, env: Environment) -> Result<Self, Complaint> {
        let wrong = |why| Complaint::Senseless { name: "SMTP_URL", why };
        let (scheme, rest) = url.split_once("://").ok_or(wrong("is no URL"))?;
        let security = match scheme {
            "smtps" => SmtpSecurity::Tls,
            "smtp+starttls" => SmtpSecurity::StartTls,
            "smtp" => SmtpSecurity::InsecurePlain,
            _ => return Err(wrong("must begin with `smtps://`, `smtp+starttls://` or `smtp://`")),
        };
        let (user_info, place) = match rest.trim_end_matches('/').rsplit_once('@') {
            Some((user_info, place)) => (Some(user_info), place),
            None => (None, rest.trim_end_matches('/')),
        };
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) => {
                (host, Some(port.parse().map_err(|_| wrong("has a port that is no number"))?))
            }
            None => (place, None),
        };
        let is_here = matches!(host, "localhost" | "127.0.0.1");
        if security == SmtpSecurity::InsecurePlain && env == Environment::Prod && !is_here {
            return Err(wrong("would send tokens in the clear: use `smtps://`"));
        }
        let credentials = user_info.map(credentials).transpose()?;
        let (from, from_name) = sender(from)?;
        Ok(Self { host: host.to_owned(), port, security, credentials, from, from_name })
    }
}

fn credentials(user_info: &str) -> Result<(String, Secret<String>), Complaint> {
    let wrong = |why| Complaint::Senseless { name: "SMTP_URL", why };
    let (user, password) = user_info.split_once(':').ok_or(wrong("has a user without a password"))?;
    let decode = |text| percent_decode_str(text).decode_utf8().map_err(|_| wrong("is not UTF-8"));
    Ok((decode(user)?.into_owned(), Secret::new(decode(password)?.into_owned())))
}

fn sender(text: &str) -> Result<(EmailAddress, Option<String>), Complaint> {
    let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => (Some(name.trim().to_owned()).filter(|name| !name.is_empty()), address),
        None => (None, text),
    };
    let wrong = |_| Complaint::Senseless { name: "MAIL_FROM", why: "is no address" };
    Ok((EmailAddress::parse(address.trim()).map_err(wrong)?, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Smtp, Complaint> {
        Smtp::parse(url, "Exam <no-reply@exam.test>", Environment::Prod)
    }

    #[test]
    fn a_server_has_a_host_and_perhaps_more() {
        let full = parse("smtps://me%40exam.test:a%3Ab@mail.test:4650/").unwrap();
        assert_eq!(
            (full.host.as_str(), full.port, full.security),
            ("mail.test", Some(4650), SmtpSecurity::Tls)
        );
        let (user, password) = full.credentials.unwrap();
        assert_eq!((user.as_str(), password.expose().as_str()), ("me@exam.test", "a:b"));
        assert_eq!((full.from.as_str(), full.from_name.as_deref()), ("no-reply@exam.test", Some("Exam")));
        let short = parse("smtp+starttls://mail.test").unwrap();
        assert_eq!((short.port, short.security), (None, SmtpSecurity::StartTls));
    }

    #[test]
    fn downgrade_mail_in_the_clear_leaves_this_machine_only_in_dev() {
        assert!(parse("smtp://mail.test").is_err());
        assert!(parse("smtp://127.0.0.1:2525").is_ok());
        assert!(Smtp::parse("smtp://mail.test", "a@b.test", Environment::Dev).is_ok());
    }

    #[test]
    fn nonsense_is_refused_and_not_repeated() {
        for url in [
            "",
            "mail.test",
            "http://mail.test",
            "smtps://user@mail.test",
            "smtps://u:hunter2@m:x",
            "smtps://%ff:a@m",
        ] {
            let complaint = parse(url).unwrap_err().to_string();
            assert!(!complaint.contains("hunter2"), "{complaint}");
        }
        assert!(Smtp::parse("smtps://m", "nobody", Environment::Prod).is_err());
    }
}
