//! What lies on the server, seen by somebody who knows nothing of this crate.

use std::time::Duration;
use stockade_redis::Redis;
use stockade_testkit::servers;

fn prefix(store: &Redis) -> String {
    let shown = format!("{store:?}");
    shown.split('"').nth(1).unwrap().to_owned()
}

async fn connection() -> redis::aio::MultiplexedConnection {
    let client = redis::Client::open(servers::redis().unwrap().url()).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

/// A command on a key of the store, which is named without its prefix.
pub(crate) async fn raw(store: &Redis, words: &[&str]) -> redis::Value {
    let mut command = redis::cmd(words[0]);
    command.arg(format!("{}{}", prefix(store), words[1])).arg(&words[2..]);
    command.query_async(&mut connection().await).await.unwrap()
}

/// How many members a sorted set has.
pub(crate) async fn count(store: &Redis, key: &str) -> i64 {
    redis::from_redis_value(raw(store, &["ZCARD", key]).await).unwrap()
}

/// Every key of the store, how long it has to live, and all that it holds.
pub(crate) async fn all(store: &Redis) -> Vec<(String, Duration, String)> {
    let mut connection = connection().await;
    let pattern = format!("{}*", prefix(store));
    let keys: Vec<String> = redis::cmd("KEYS").arg(pattern).query_async(&mut connection).await.unwrap();
    let mut found = Vec::new();
    for key in keys {
        let life: i64 = redis::cmd("PTTL").arg(&key).query_async(&mut connection).await.unwrap();
        let dump: Vec<u8> = redis::cmd("DUMP").arg(&key).query_async(&mut connection).await.unwrap();
        let life = Duration::from_millis(u64::try_from(life).expect("every key has an end"));
        found.push((key.clone(), life, format!("{key} {}", String::from_utf8_lossy(&dump))));
    }
    found
}
