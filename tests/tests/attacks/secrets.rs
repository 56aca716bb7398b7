//! What must not be found by who reads the logs or the disk.

use crate::harness::hello::{Hello, PASSWORD, Tokens};
use serde_json::json;

const WRONG: &str = "tr0ub4dor and three";

/// Uses every route that takes or gives a secret, and gives all of those secrets.
async fn use_secrets(hello: &Hello) -> Vec<String> {
    let client = hello.client();
    let first = client.join("ada@example.org").await;
    client.try_login("ada@example.org", WRONG).await.expect(401);
    client.try_login("nobody@example.org", WRONG).await.expect(401);
    // In the wrong place: a parser's complaint must not repeat it.
    let misplaced = json!({"email": WRONG, "password": {"nested": PASSWORD}});
    client.post("/v1/auth/login").json(&misplaced).send().await.expect(400);
    let misspelt = format!(r#"{{"email":"ada@example.org","password":"{PASSWORD}",}}"#);
    client.post("/v1/auth/login").body("application/json", misspelt).send().await.expect(400);

    let second = Tokens::from(&client.refresh(&first.refresh).await.expect(200));
    let third = Tokens::from(&client.refresh(&second.refresh).await.expect(200));
    client.me(&third.access).await.expect(200);
    client.me(&format!("{}x", third.access)).await.expect(401);
    client.audit(&third.access, "").await;
    client.refresh(&first.refresh).await.expect(401);
    let last = client.login("ada@example.org").await;
    client.logout(&last.refresh).await.expect(204);

    let mut secrets = vec![PASSWORD.to_owned(), WRONG.to_owned(), "$argon2id$".to_owned()];
    for tokens in [first, second, third, last] {
        // The part without which the rest is public knowledge.
        let signature = tokens.access.rsplit('.').next().unwrap();
        secrets.extend([signature.to_owned(), tokens.refresh]);
    }
    secrets
}

#[tokio::test]
async fn asvs_v16_2_5_no_secret_is_in_the_log_even_at_its_most_talkative() {
    let mut hello = Hello::start_with(|launch| launch.env("RUST_LOG", "trace"));
    let secrets = use_secrets(&hello).await;
    assert!(hello.service.terminate().unwrap().success());
    let log = hello.service.stderr();
    assert!(log.contains("a spent refresh token came back"), "the log says what there is to say: {log}");
    let said = hello.service.stdout();
    for secret in secrets {
        let line = log
            .lines()
            .chain(said.lines().filter(|line| !line.contains("curl")))
            .find(|line| line.contains(&secret));
        assert!(line.is_none(), "the log has `{secret}`: {}", line.unwrap_or_default());
    }
}

#[tokio::test]
async fn asvs_v16_2_5_no_secret_is_in_the_audit_log() {
    let hello = Hello::start();
    let secrets = use_secrets(&hello).await;
    let admin = hello.client().login("ada@example.org").await;
    let events = hello.client().audit_of_requests(&admin.access, "", 16).await;
    let log = json!(events).to_string();
    for secret in secrets {
        assert!(!log.contains(&secret), "the audit log has `{secret}`");
    }
}

#[tokio::test]
async fn stolen_disk_neither_passwords_nor_tokens_lie_in_the_database() {
    let mut hello = Hello::start();
    let mut secrets = use_secrets(&hello).await;
    let read = |hello: &Hello| {
        let files = std::fs::read_dir(hello.data()).unwrap().map(|entry| entry.unwrap().path());
        let database = files.filter(|path| path.to_string_lossy().contains("hello.db"));
        database.flat_map(|path| std::fs::read(path).unwrap()).collect::<Vec<u8>>()
    };
    let running = read(&hello);
    assert!(hello.service.terminate().unwrap().success());
    let ended = read(&hello);
    secrets.retain(|secret| secret != "$argon2id$");
    for bytes in [running, ended] {
        assert!(find(&bytes, b"ada@example.org") && find(&bytes, b"$argon2id$"), "this is the database");
        for secret in &secrets {
            assert!(!find(&bytes, secret.as_bytes()), "the database has `{secret}`");
        }
        for key in ["pepper", "refresh", "signing"] {
            assert!(!find(&bytes, &hello.open_secret(key)), "the database has {key}");
        }
    }
    for file in std::fs::read_dir(hello.data()).unwrap().map(|entry| entry.unwrap().path()) {
        let bytes = std::fs::read(&file).unwrap();
        for key in ["pepper", "refresh", "signing"] {
            assert!(!find(&bytes, &hello.open_secret(key)), "{} has {key} in the clear", file.display());
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
