//! What the operator wants, and whether it makes sense where the service runs.

mod options;
mod smtp;
#[cfg(test)]
mod tests;
mod weakness;

pub(crate) use options::{Environment, Options};
pub(crate) use smtp::Smtp;

use example_support::PASSPHRASE;
use std::net::SocketAddr;
use std::path::PathBuf;
use stockade::authn::session::Concurrency;
use stockade::flows::notify::Links;
use weakness::{Weakness, judge, password_in};

/// Settings that have been looked at.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) data: PathBuf,
    pub(crate) database: Database,
    pub(crate) redis: Option<RedisAt>,
    /// Without a slash at its end; `None` stands for the address listened on.
    pub(crate) public_url: Option<String>,
    pub(crate) concurrency: Concurrency,
    pub(crate) mail: Mail,
    pub(crate) seed_demo_accounts: bool,
    pub(crate) generous: bool,
}

/// Where accounts are kept.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite(PathBuf),
    Postgres(String),
}

/// Where what may be forgotten is kept.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RedisAt {
    pub(crate) url: String,
    pub(crate) prefix: String,
}

/// How mails go.
#[derive(Debug)]
pub(crate) enum Mail {
    Outbox(PathBuf),
    Smtp(Smtp),
}

/// Why the server does not start.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Complaint {
    #[error("`{name}` is required with `--env prod`")]
    Missing { name: &'static str },
    #[error("the secret in `{name}` {weakness}: draw one, such as with `openssl rand -base64 24`")]
    Weak { name: &'static str, weakness: Weakness },
    #[error("`{name}` is refused with `--env prod`: {why}")]
    NotInProd { name: &'static str, why: &'static str },
    #[error("`{name}` {why}")]
    Senseless { name: &'static str, why: &'static str },
}

impl Config {
    /// Looks at the options, and at the passphrase of the key ring if there is one.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub(crate) fn check(options: Options, passphrase: Option<&str>) -> Result<Self, Vec<Complaint>> {
        let mut complaints = Vec::new();
        if options.env == Environment::Prod {
            complaints.extend(not_for_prod(&options));
            complaints.extend(secrets(&options, passphrase));
        }
        let public_url = options.public_url.as_deref().map(|url| public_url(url, options.env)).transpose();
        let database = database(&options);
        let mail = match (options.smtp_url, options.mail_from, options.outbox) {
            (Some(url), Some(from), None) => Smtp::parse(&url, &from, options.env).map(Mail::Smtp),
            (None, _, Some(file)) => Ok(Mail::Outbox(file)),
            (None, _, None) => Ok(Mail::Outbox(options.data.join("outbox.jsonl"))),
            _ => Err(Complaint::Senseless { name: "--outbox", why: "and `--smtp-url` exclude each other" }),
        };
        match (public_url, database, mail) {
            (Ok(public_url), Ok(database), Ok(mail)) if complaints.is_empty() => Ok(Self {
                listen: options.listen,
                data: options.data,
                database,
                redis: options.redis_url.map(|url| RedisAt { url, prefix: options.redis_prefix }),
                public_url,
                concurrency: match options.max_sessions.get() {
                    1 => Concurrency::Single,
                    _ => Concurrency::Max(options.max_sessions),
                },
                mail,
                seed_demo_accounts: options.seed_demo_accounts,
                generous: options.insecure_generous_limits,
            }),
            (public_url, database, mail) => {
                complaints.extend([public_url.err(), database.err(), mail.err()].into_iter().flatten());
                Err(complaints)
            }
        }
    }
}

fn not_for_prod(options: &Options) -> impl Iterator<Item = Complaint> {
    let seeded = options.seed_demo_accounts.then_some(Complaint::NotInProd {
        name: "SEED_DEMO_ACCOUNTS",
        why: "everybody knows the names of these accounts",
    });
    let generous = options.insecure_generous_limits.then_some(Complaint::NotInProd {
        name: "--insecure-generous-limits",
        why: "passwords and codes could be guessed",
    });
    let outbox = options.outbox.as_ref().map(|_| Complaint::NotInProd {
        name: "--outbox",
        why: "whoever reads the file can reset every password",
    });
    let smtp = options.smtp_url.is_none().then_some(Complaint::Missing { name: "SMTP_URL" });
    let base = options.public_url.is_none().then_some(Complaint::Missing { name: "EXAM_PUBLIC_URL" });
    [seeded, generous, outbox, smtp, base].into_iter().flatten()
}

fn secrets(options: &Options, passphrase: Option<&str>) -> Vec<Complaint> {
    let urls = [
        ("DATABASE_URL", options.database_url.as_deref()),
        ("REDIS_URL", options.redis_url.as_deref()),
        ("SMTP_URL", options.smtp_url.as_deref()),
    ];
    // A server may know who asks by other means than a password, such as a certificate or the socket; a password is judged.
    let passwords = urls.map(|(name, url)| (name, url.and_then(password_in)));
    let mut complaints = Vec::new();
    for (name, secret) in [(PASSPHRASE, passphrase)].into_iter().chain(passwords) {
        match secret.map(judge) {
            Some(Err(weakness)) => complaints.push(Complaint::Weak { name, weakness }),
            None if name == PASSPHRASE => complaints.push(Complaint::Missing { name }),
            _ => {}
        }
    }
    complaints
}

fn public_url(url: &str, env: Environment) -> Result<String, Complaint> {
    let wrong = |why| Complaint::Senseless { name: "EXAM_PUBLIC_URL", why };
    let links = match env {
        Environment::Dev if url.starts_with("http://") => Links::insecure_http(url),
        _ => Links::new(url),
    };
    links.map_err(|_| wrong("must be `https://`, a host and perhaps a path"))?;
    Ok(url.trim_end_matches('/').to_owned())
}

fn database(options: &Options) -> Result<Database, Complaint> {
    let Some(url) = options.database_url.as_deref() else {
        return Ok(Database::Sqlite(options.data.join("exam.db")));
    };
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Database::Postgres(url.to_owned()));
    }
    match url.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path)) {
        Some(path) if !path.is_empty() => Ok(Database::Sqlite(path.into())),
        _ => Err(Complaint::Senseless {
            name: "DATABASE_URL",
            why: "must begin with `sqlite:` or `postgres://`",
        }),
    }
}
