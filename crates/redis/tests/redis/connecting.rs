//! Which servers are used, and which are left alone.

use std::time::{Duration, Instant};
use stockade_redis::{ConnectError, Redis, RedisConfig};
use stockade_testkit::servers::{self, Durability};

fn config() -> RedisConfig {
    RedisConfig::new("t:connecting:").with_timeout(Duration::from_millis(500))
}

#[tokio::test]
async fn a_url_of_another_service_and_tls_that_trusts_everybody_are_refused_and_not_repeated() {
    for url in
        ["", "http://secret@h", "redis://", "rediss://:secret@localhost/#insecure", "redis://:secret@0.0.0.0"]
    {
        let error = Redis::connect(url, config()).await.unwrap_err();
        assert!(matches!(error, ConnectError::Url(_)), "{url}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    }
}

#[cfg(not(feature = "tls"))]
#[tokio::test]
async fn downgrade_tls_that_was_not_built_in_is_no_plain_connection() {
    let error = Redis::connect("rediss://:secret@localhost", config()).await.unwrap_err();
    assert!(matches!(error, ConnectError::Url("TLS needs the feature `tls`")), "{error:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_in_time() {
    let started = Instant::now();
    let error = Redis::connect("redis://127.0.0.1:1", config()).await.unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable(_)), "{error:?}");
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn a_bad_configuration_is_refused_before_anything_is_sent() {
    let error = Redis::connect("redis://127.0.0.1:1", RedisConfig::new("")).await.unwrap_err();
    assert!(matches!(error, ConnectError::Config(_)), "{error:?}");
}

async fn told(server: &servers::Redis, words: &[&str]) {
    let client = redis::Client::open(server.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    redis::cmd(words[0]).arg(&words[1..]).exec_async(&mut connection).await.unwrap();
}

#[tokio::test]
async fn flood_a_server_that_evicts_what_it_should_keep_is_refused() {
    let Some(server) = servers::Redis::own(Durability::Fast) else { return };
    for policy in ["allkeys-lru", "volatile-ttl"] {
        told(&server, &["CONFIG", "SET", "maxmemory-policy", policy]).await;
        let error = Redis::connect(server.url(), config()).await.unwrap_err();
        assert!(matches!(&error, ConnectError::Evicts { policy: found } if found == policy), "{error:?}");
    }
    let mut anyway = config();
    anyway.danger_allow_eviction = true;
    assert!(Redis::connect(server.url(), anyway.clone()).await.is_ok());
    told(&server, &["ACL", "SETUSER", "default", "-info"]).await;
    let error = Redis::connect(server.url(), config()).await.unwrap_err();
    assert!(matches!(error, ConnectError::Silent), "{error:?}");
    assert!(Redis::connect(server.url(), anyway).await.is_ok());
}

#[tokio::test]
async fn no_password_is_shown() {
    let Some(server) = servers::Redis::own(Durability::Fast) else { return };
    told(&server, &["ACL", "SETUSER", "ada", "on", ">secret", "+@all", "~*"]).await;
    let url = server.url().replace("redis://", "redis://ada:secret@");
    let store = Redis::connect(&url, config()).await.unwrap();
    assert!(!format!("{store:?}").contains("secret"));
    let wrong = url.replace("secret", "sesame");
    let error = Redis::connect(&wrong, config()).await.unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable(_)), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("sesame"), "{error:?}");
}
