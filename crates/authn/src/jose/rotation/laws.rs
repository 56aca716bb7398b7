//! What every [`SigningKeyStore`] must hold to. Call [`all`] on an empty store.
#![expect(clippy::unwrap_used, reason = "a law that is broken panics")]

use super::{Replacing, SealedSigningKeys, SigningKeyStore};
use std::sync::Arc;

const RACERS: u8 = 64;

/// Runs every law, one after the other.
pub async fn all(store: Arc<dyn SigningKeyStore>) {
    an_empty_store_takes_a_first_record_only(&store).await;
    what_was_put_is_what_is_found(&*store).await;
    an_outdated_version_changes_nothing(&*store).await;
    of_many_racing_replacements_one_wins(&store).await;
}

async fn version(store: &dyn SigningKeyStore) -> u64 {
    store.load().await.unwrap().unwrap().version
}

/// Of many processes that start at once, one makes the first record.
async fn an_empty_store_takes_a_first_record_only(store: &Arc<dyn SigningKeyStore>) {
    assert_eq!(store.load().await.unwrap(), None);
    assert_eq!(store.replace(Some(1), vec![0]).await.unwrap(), Replacing::Changed);
    assert_eq!(store.load().await.unwrap(), None, "nothing was kept");
    let winner = race(store, None).await;
    assert_eq!(store.load().await.unwrap(), Some(SealedSigningKeys { version: 1, bytes: vec![winner; 100] }));
    assert_eq!(store.replace(None, vec![0]).await.unwrap(), Replacing::Changed);
}

async fn what_was_put_is_what_is_found(store: &dyn SigningKeyStore) {
    for bytes in [vec![], vec![0], (0..=255).collect(), vec![0xff; SealedSigningKeys::MAX_LEN]] {
        let before = version(store).await;
        assert_eq!(store.replace(Some(before), bytes.clone()).await.unwrap(), Replacing::Replaced);
        assert_eq!(store.load().await.unwrap(), Some(SealedSigningKeys { version: before + 1, bytes }));
    }
    let before = store.load().await.unwrap();
    let flood = vec![0; SealedSigningKeys::MAX_LEN + 1];
    let expected = before.as_ref().map(|record| record.version);
    assert!(store.replace(expected, flood).await.is_err());
    assert_eq!(store.load().await.unwrap(), before);
}

async fn an_outdated_version_changes_nothing(store: &dyn SigningKeyStore) {
    let before = store.load().await.unwrap();
    let now = version(store).await;
    for wrong in [None, Some(0), Some(now - 1), Some(now + 1), Some(u64::MAX)] {
        assert_eq!(store.replace(wrong, vec![1]).await.unwrap(), Replacing::Changed, "{wrong:?}");
    }
    assert_eq!(store.load().await.unwrap(), before);
}

async fn of_many_racing_replacements_one_wins(store: &Arc<dyn SigningKeyStore>) {
    for _ in 0..5 {
        let before = version(&**store).await;
        let winner = race(store, Some(before)).await;
        let expected = SealedSigningKeys { version: before + 1, bytes: vec![winner; 100] };
        assert_eq!(store.load().await.unwrap(), Some(expected));
    }
}

/// Who won.
async fn race(store: &Arc<dyn SigningKeyStore>, expected: Option<u64>) -> u8 {
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..RACERS {
        let store = store.clone();
        racers.spawn(async move { (racer, store.replace(expected, vec![racer; 100]).await.unwrap()) });
    }
    let outcomes = racers.join_all().await;
    let winners: Vec<_> =
        outcomes.into_iter().filter(|(_, outcome)| *outcome == Replacing::Replaced).collect();
    assert_eq!(winners.len(), 1);
    winners[0].0
}
