//! What instances know together of their upstreams.

mod updates;

use crate::Redis;
use crate::error::store_error;
use crate::script::{Question, Script};
use std::sync::LazyLock;
use std::time::Duration;
use stockade_core::StoreError;
use stockade_provider_health::{
    Finding, HealthRecord, ProviderName, Publication, SharedHealth, Updates, Version,
};
use updates::Subscription;

static PUBLISH: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("publish.lua")));
static LATEST: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("latest.lua")));

/// How long a record is kept after it has lapsed. A store that forgot goes on from what its instances have seen, so this only has
/// to outlast an instance that is cut off from it.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Longer than any circuit stays open, which is a day at the most.
const LONGEST_DOWN: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Word that is left on the server: a record for each provider, and a channel on which changes are told.
///
/// **Time** is the server's alone: a record holds until when a provider is down, and tells how long that still is. A server clock that is
/// set back makes it longer, within what each instance believes anyway.
///
/// **A subscription** has a connection of its own, and a task on the caller's tokio runtime that empties it into a queue of
/// 256 updates; whoever is slower is told that updates are missing. It ends with an error when the connection does. While the server is
/// frozen nothing comes, and nothing waits for it but the subscriber.
#[async_trait::async_trait]
impl SharedHealth for Redis {
    async fn publish(
        &self,
        provider: &ProviderName,
        found: Finding,
        seen: Version,
    ) -> Result<Publication, StoreError> {
        if seen >= Version::LAST {
            return Err(StoreError::corrupt("a version that no instance counts up to"));
        }
        let down = match found {
            // Rounded up, so that a time down never becomes none.
            Finding::Down(span) => span.min(LONGEST_DOWN).as_nanos().div_ceil(1_000_000).to_string(),
            Finding::Up => "-1".to_owned(),
        };
        let question = Question::default()
            .key(self.record(provider))
            .number(seen.0)
            .arg(down)
            .arg(self.channel())
            .arg(provider.as_str())
            .number(KEPT.as_millis());
        let (published, version, down): (u8, i64, i64) = self.run(&PUBLISH, &question).await?;
        let version = counted(version)?;
        Ok(match published {
            1 => Publication::Published(version),
            _ => Publication::Overtaken(HealthRecord {
                provider: provider.clone(),
                version,
                finding: finding(down),
            }),
        })
    }

    async fn latest(&self, provider: &ProviderName) -> Result<Option<HealthRecord>, StoreError> {
        let question = Question::default().key(self.record(provider));
        let record: Vec<i64> = self.run(&LATEST, &question).await?;
        match record.as_slice() {
            [] => Ok(None),
            [version, down] => Ok(Some(HealthRecord {
                provider: provider.clone(),
                version: counted(*version)?,
                finding: finding(*down),
            })),
            _ => Err(StoreError::corrupt("a record of health that has other parts")),
        }
    }

    async fn subscribe(&self) -> Result<Box<dyn Updates>, StoreError> {
        let channel = self.channel();
        let listening = self.connection().listen(&channel);
        match tokio::time::timeout(self.timeout(), listening).await {
            Ok(Ok(pubsub)) => Ok(Box::new(Subscription::new(pubsub))),
            Ok(Err(error)) => Err(store_error(error)),
            Err(late) => Err(StoreError::unavailable(late)),
        }
    }
}

/// Nobody has counted any further, whatever is written there.
fn counted(version: i64) -> Result<Version, StoreError> {
    let version = Version(u64::try_from(version).map_err(StoreError::corrupt)?);
    if version > Version::LAST {
        return Err(StoreError::corrupt("a record of health of a version that no instance counts up to"));
    }
    Ok(version)
}

/// What the scripts answer: milliseconds, or less than none.
fn finding(down: i64) -> Finding {
    u64::try_from(down).map_or(Finding::Up, |millis| Finding::Down(Duration::from_millis(millis)))
}

impl Redis {
    fn record(&self, provider: &ProviderName) -> String {
        self.key(format_args!("health:{provider}"))
    }

    fn channel(&self) -> String {
        self.key("health")
    }
}
