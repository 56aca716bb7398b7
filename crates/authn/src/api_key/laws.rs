//! What every [`ApiKeyStore`] must hold to. Call [`all`] on an empty store.
#![expect(clippy::unwrap_used, reason = "a law that is broken panics")]

mod creating;
mod ending;
mod rotating;

use super::{ApiKeyDigest, ApiKeyName, ApiKeyRecord, ApiKeyStore, KeyCreation};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{SubjectId, UnixMillis};

const RACERS: usize = 64;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const CAP: usize = 50;

/// Runs every law, one after the other.
pub async fn all(store: Arc<dyn ApiKeyStore>) {
    creating::a_key_is_found_as_it_was_created(&*store).await;
    creating::an_id_is_given_once(&*store).await;
    creating::what_is_over_or_rotated_leaves_its_place(&*store).await;
    creating::racing_creations_keep_to_the_cap(&store).await;
    creating::keys_are_listed_newest_first(&*store).await;
    creating::a_use_is_noted_and_none_undone(&*store).await;
    rotating::the_old_key_stays_for_the_overlap_and_no_longer(&*store).await;
    rotating::a_key_that_ends_sooner_is_not_kept_longer(&*store).await;
    rotating::one_of_many_racing_rotations_wins(&store).await;
    rotating::of_one_line_two_keys_are_live_at_most(&*store).await;
    rotating::what_is_over_or_somebody_elses_is_not_rotated(&*store).await;
    ending::a_revoked_key_does_not_rise_again(&*store).await;
    ending::somebody_elses_key_is_unknown(&*store).await;
    ending::revoking_all_revokes_what_stands(&*store).await;
    ending::racing_rotations_and_a_revocation_of_all_leave_nothing_alive(&store).await;
    ending::purging_forgets_only_what_is_over(&*store).await;
}

fn start() -> UnixMillis {
    UnixMillis::from_secs(1_700_000_000)
}

fn subject(name: &str) -> SubjectId {
    name.parse().unwrap()
}

/// A key whose id is `id`, filled up: ids are told apart by their beginning.
fn key(owner: &str, id: &str, at: UnixMillis) -> ApiKeyRecord {
    ApiKeyRecord {
        id: format!("{id:0<16}").parse().unwrap(),
        owner: subject(owner),
        name: ApiKeyName::parse("näme, 名").unwrap(),
        scopes: vec!["invoice:read".parse().unwrap(), "*:list".parse().unwrap()],
        digest: ApiKeyDigest::of(id),
        created_at: at,
        expires_at: Some(at.plus(90 * DAY)),
        last_used_at: None,
        revoked_at: None,
        successor: None,
    }
}

async fn created(store: &dyn ApiKeyStore, key: ApiKeyRecord) -> ApiKeyRecord {
    assert_eq!(store.create(key.clone(), CAP).await.unwrap(), KeyCreation::Created);
    key
}

async fn is_live(store: &dyn ApiKeyStore, key: &ApiKeyRecord, now: UnixMillis) -> bool {
    let kept = store.by_id(&key.id).await.unwrap().unwrap();
    let listed = store.list(&key.owner, now).await.unwrap().iter().any(|other| other.id == key.id);
    assert_eq!(kept.is_live(now), listed, "what is listed is what stands");
    listed
}
