//! What every [`ObjectKeys`] store must hold to. A backend runs them all in two lines, on an empty store:
//!
//! ```
//! use std::sync::Arc;
//! use stockade_secure_delete::erase::{MemoryObjectKeys, laws};
//!
//! # tokio::runtime::Builder::new_multi_thread().worker_threads(2).build()?.block_on(async {
//! let store = Arc::new(MemoryObjectKeys::new());
//! laws::all(store).await;
//! # });
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Where something happens once, 64 tasks call the store at once: the caller provides a tokio runtime, best one with several
//! threads.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a law that is broken panics")]

mod holding;
mod keeping;
mod races;
mod retention;

use super::{Cause, Erasing, Finding, Hold, KeptKey, KeyFingerprint, ObjectId, ObjectKeys, Tombstone, Wrap};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{Entropy, SystemEntropy, UnixMillis};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const RACERS: usize = 64;
const ROUNDS: usize = 8;
const HOUR: Duration = Duration::from_secs(3600);

/// Runs every law, one after the other.
pub async fn all(store: Arc<dyn ObjectKeys>) {
    keeping::a_key_is_found_as_it_was_kept(&*store).await;
    keeping::a_second_key_is_not_kept(&*store).await;
    keeping::an_erased_key_is_never_found_and_never_replaced(&*store).await;
    keeping::erasing_again_gives_the_same_tombstone(&*store).await;
    keeping::what_was_never_kept_is_unknown(&*store).await;
    keeping::a_wrap_is_replaced_only_by_who_knows_it(&*store).await;
    keeping::live_keys_are_listed_in_order_without_the_erased(&*store).await;
    keeping::scrubbing_changes_no_answer(&*store).await;
    holding::a_held_key_is_not_erased_until_the_last_hold_is_released(&*store).await;
    holding::a_hold_of_one_name_is_there_once(&*store).await;
    holding::holds_are_bounded(&*store).await;
    holding::what_is_erased_or_unknown_is_not_held(&*store).await;
    retention::expired_keys_alone_are_erased_for_that(&*store).await;
    retention::due_lists_the_longest_due_first_page_by_page(&*store).await;
    retention::times_at_the_ends_of_time_are_kept(&*store).await;
    races::one_of_many_racing_keys_is_kept(&store).await;
    races::one_of_many_racing_erasures_wins(&store).await;
    races::a_key_is_held_or_erased_but_never_both(&store).await;
    races::a_key_is_prolonged_or_expired_but_never_both(&store).await;
    races::a_rewrap_revives_nothing(&store).await;
    races::one_of_many_racing_rewraps_wins(&store).await;
    races::no_more_racing_holds_than_allowed(&store).await;
}

fn start() -> UnixMillis {
    UnixMillis::from_secs(1_700_000_000)
}

/// An id of its own for each call, so that the laws share one store.
fn object(name: &str) -> ObjectId {
    let mut unique = [0; 8];
    SystemEntropy.fill(&mut unique).unwrap();
    ObjectId::new(format!("law/{name}/{:016x}'\"%_", u64::from_be_bytes(unique))).unwrap()
}

fn wrap() -> Wrap {
    let mut bytes = vec![0; 96];
    SystemEntropy.fill(&mut bytes).unwrap();
    Wrap::new(bytes).unwrap()
}

fn key(object: &ObjectId, expires_at: Option<UnixMillis>) -> KeptKey {
    let mut fingerprint = [0; 16];
    SystemEntropy.fill(&mut fingerprint).unwrap();
    KeptKey {
        object: object.clone(),
        wrap: wrap(),
        fingerprint: KeyFingerprint::from_bytes(fingerprint),
        created_at: start(),
        expires_at,
    }
}

async fn kept(store: &dyn ObjectKeys, name: &str) -> KeptKey {
    kept_until(store, &object(name), None).await
}

async fn kept_until(store: &dyn ObjectKeys, object: &ObjectId, expires_at: Option<UnixMillis>) -> KeptKey {
    let key = key(object, expires_at);
    assert_eq!(store.keep(key.clone()).await.unwrap(), super::Keeping::Kept);
    key
}

async fn erased(store: &dyn ObjectKeys, key: &KeptKey) -> Tombstone {
    match store.erase(&key.object, Cause::Requested, start().plus(HOUR)).await.unwrap() {
        Erasing::Erased(tombstone) => tombstone,
        other => panic!("not erased: {other:?}"),
    }
}

async fn lives(store: &dyn ObjectKeys, object: &ObjectId) -> bool {
    matches!(store.find(object).await.unwrap(), Finding::Live(_))
}

fn hold(name: &str) -> Hold {
    Hold::new(name.parse().unwrap(), "Ärztekammer ./. N.N.; '--", start()).unwrap()
}

/// Runs `call` from as many tasks as there are racers, all of them off at once.
async fn race<T: Send + 'static, F>(
    store: &Arc<dyn ObjectKeys>,
    call: impl Fn(usize, Arc<dyn ObjectKeys>) -> F,
) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
{
    let (barrier, mut racers) = (Arc::new(Barrier::new(RACERS)), JoinSet::new());
    for n in 0..RACERS {
        let (barrier, call) = (barrier.clone(), call(n, store.clone()));
        racers.spawn(async move {
            barrier.wait().await;
            call.await
        });
    }
    racers.join_all().await
}
