//! Which server, and how it is spoken to.

use crate::{ConnectError, PostgresConfig};
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::net::IpAddr;
use std::str::FromStr;

/// The longest URL that is looked at: a name, a password and paths of certificates take a few hundred bytes.
const MAX_URL: usize = 4096;

/// What the connections are told, whatever the server's own defaults: decisions count on both.
const SETTINGS: [(&str, &str); 2] =
    [("default_transaction_isolation", "read committed"), ("client_min_messages", "warning")];

/// The options that `url` and `config` make. Nothing has been connected.
pub(crate) fn options(url: &str, config: &PostgresConfig) -> Result<PgConnectOptions, ConnectError> {
    let scheme = url.starts_with("postgres://") || url.starts_with("postgresql://");
    if !scheme || url.len() > MAX_URL {
        return Err(ConnectError::Url);
    }
    // The driver's error could repeat what was taken for a port, and that could be a password.
    let options = PgConnectOptions::from_str(url).map_err(|_| ConnectError::Url)?;
    let verified = matches!(options.get_ssl_mode(), PgSslMode::VerifyCa | PgSslMode::VerifyFull);
    if !verified && !is_this_machine(&options) && !config.danger_unverified_server {
        return Err(ConnectError::UnverifiedServer { host: options.get_host().to_owned() });
    }
    if (verified || matches!(options.get_ssl_mode(), PgSslMode::Require)) && cfg!(not(feature = "tls")) {
        return Err(ConnectError::NoTls);
    }
    let timeouts = [
        ("statement_timeout", config.statement_timeout_ms),
        ("lock_timeout", config.lock_timeout_ms),
        // A caller that vanishes between two statements holds its locks for no longer than a call may take.
        ("idle_in_transaction_session_timeout", config.call_timeout_ms),
    ];
    Ok(options.application_name("stockade").options(SETTINGS).options(timeouts).disable_statement_logging())
}

fn is_this_machine(options: &PgConnectOptions) -> bool {
    let host = options.get_host().trim_start_matches('[').trim_end_matches(']');
    options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(url: &str) -> Result<PgConnectOptions, ConnectError> {
        options(url, &PostgresConfig::default())
    }

    #[test]
    fn downgrade_a_server_elsewhere_is_verified_or_refused() {
        for mode in ["", "?sslmode=disable", "?sslmode=allow", "?sslmode=prefer", "?sslmode=require"] {
            let url = format!("postgres://me:word@db.example.org/app{mode}");
            let refused = outcome(&url);
            assert!(
                matches!(&refused, Err(ConnectError::UnverifiedServer { host }) if host == "db.example.org"),
                "{url}: {refused:?}"
            );
            assert!(!format!("{refused:?} {}", refused.as_ref().unwrap_err()).contains("word"));
        }
        for mode in ["verify-ca", "verify-full"] {
            let verified = outcome(&format!("postgres://me@db.example.org/app?sslmode={mode}"));
            assert_eq!(verified.is_ok(), cfg!(feature = "tls"), "{verified:?}");
        }
        let dangerous = PostgresConfig { danger_unverified_server: true, ..PostgresConfig::default() };
        options("postgres://me@db.example.org/app", &dangerous).unwrap();
    }

    #[test]
    fn a_server_on_this_machine_needs_no_tls() {
        let hosts =
            ["localhost", "127.0.0.1:5433", "[::1]", "%2Frun%2Fpostgresql", "/app?host=/run/postgresql"];
        for host in hosts {
            outcome(&format!("postgres://{host}")).unwrap();
        }
        for host in ["127.0.0.1.example.org", "localhost.example.org", "10.0.0.1", "0.0.0.0", "[::2]"] {
            let refused = outcome(&format!("postgres://{host}/app"));
            assert!(matches!(refused, Err(ConnectError::UnverifiedServer { .. })), "{host}");
        }
    }

    #[test]
    fn what_is_no_url_is_refused_and_not_repeated() {
        let long = format!("postgres://localhost/{}", "x".repeat(MAX_URL));
        for url in ["", "sqlite:app.db", "postgres://me:word@[", "postgres://me:word@host:secret/app", &long]
        {
            let refused = outcome(url).unwrap_err();
            assert!(matches!(refused, ConnectError::Url), "{refused:?}");
            let shown = format!("{refused} {refused:?}");
            assert!(!shown.contains("word") && !shown.contains("secret"), "{shown}");
        }
    }

    #[test]
    fn the_bounds_reach_the_server() {
        let options = outcome("postgres://localhost/app").unwrap();
        let sent = options.get_options().unwrap_or_default();
        for expected in ["statement_timeout=10000", "lock_timeout=5000", "read\\ committed"] {
            assert!(sent.contains(expected), "{sent}");
        }
    }
}
