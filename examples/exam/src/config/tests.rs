use super::*;
use clap::Parser;

const PASSPHRASE_VALUE: &str = "lumber-violet-orbit-kettle-sparrow";
const PROD: &str =
    "--env prod --public-url https://exam.test --smtp-url smtps://mail.test --mail-from a@exam.test";

fn check(line: &str, passphrase: Option<&str>) -> Result<Config, Vec<Complaint>> {
    let options = Options::try_parse_from(std::iter::once("exam").chain(line.split_whitespace()));
    Config::check(options.unwrap(), passphrase)
}

fn complaint(line: &str) -> String {
    let complaints = check(&format!("{PROD} {line}"), Some(PASSPHRASE_VALUE)).unwrap_err();
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    complaints[0].to_string()
}

#[test]
fn without_flags_it_runs_on_this_machine_alone_for_one_device_each() {
    let config = check("", None).unwrap();
    assert!(config.listen.ip().is_loopback());
    assert_eq!(config.database, Database::Sqlite("./data/exam/exam.db".into()));
    assert!(matches!(config.mail, Mail::Outbox(file) if file.ends_with("data/exam/outbox.jsonl")));
    assert_eq!(config.concurrency, Concurrency::Single);
    assert!(config.redis.is_none() && !config.seed_demo_accounts && !config.generous);
}

#[test]
fn asvs_v13_2_3_prod_wants_its_own_strong_secrets() {
    assert!(check(PROD, Some(PASSPHRASE_VALUE)).is_ok());
    let missing = check("--env prod", None).unwrap_err();
    let names: Vec<_> = missing.iter().map(ToString::to_string).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    for name in ["SMTP_URL", "EXAM_PUBLIC_URL", PASSPHRASE] {
        assert!(names.iter().any(|text| text.contains(name)), "{name}: {names:?}");
    }
    for weak in ["hunter2", "draw-a-passphrase-of-your-own", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        let complaints = check(PROD, Some(weak)).unwrap_err();
        assert!(matches!(complaints[..], [Complaint::Weak { name: PASSPHRASE, .. }]), "{complaints:?}");
        assert!(!complaints[0].to_string().contains(weak), "the secret is not repeated");
    }
    assert!(complaint("--database-url postgres://u:choose-a-database-password@h/d").contains("DATABASE_URL"));
    assert!(complaint("--redis-url redis://:password1@h").contains("fewer than 20"));
}

#[test]
fn what_is_convenient_in_dev_is_refused_in_prod() {
    assert!(check("--seed-demo-accounts --insecure-generous-limits --outbox x", None).is_ok());
    assert!(complaint("--seed-demo-accounts").contains("SEED_DEMO_ACCOUNTS"));
    assert!(complaint("--insecure-generous-limits").contains("guessed"));
    let two = check(&format!("{PROD} --outbox x"), Some(PASSPHRASE_VALUE)).unwrap_err();
    assert!(two.iter().any(|complaint| complaint.to_string().contains("reset every password")), "{two:?}");
}

#[test]
fn links_lead_to_one_place_over_tls() {
    let base = |url: &str| public_url(url, Environment::Prod);
    assert_eq!(base("https://exam.test/app/").unwrap(), "https://exam.test/app");
    for url in [
        "",
        "http://exam.test",
        "https://",
        "https://a@b",
        "https://a?x",
        "https://a#x",
        "https://a b",
        "ftp://a",
    ] {
        assert!(base(url).is_err(), "{url}");
    }
    assert!(public_url("http://127.0.0.1:3000", Environment::Dev).is_ok());
}

#[test]
fn a_database_is_one_of_two() {
    let database = |url: &str| check(&format!("--database-url {url}"), None).map(|config| config.database);
    assert_eq!(database("sqlite:a/b.db"), Ok(Database::Sqlite("a/b.db".into())));
    assert_eq!(database("sqlite:///a/b.db"), Ok(Database::Sqlite("/a/b.db".into())));
    assert_eq!(database("postgres://h/d"), Ok(Database::Postgres("postgres://h/d".into())));
    for url in ["sqlite:", "mysql://h/d", "exam.db"] {
        assert!(database(url).is_err(), "{url}");
    }
}
