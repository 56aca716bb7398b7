//! What every [`OneTimeTokenStore`] must hold to. Call [`all`] on an empty store.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a law that is broken panics")]

mod issuing;
mod spending;

use super::{Bound, OneTimeDigest, OneTimeRecord, OneTimeTokenStore, Purpose};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{Entropy, SubjectId, SystemEntropy, UnixMillis};

const RACERS: usize = 64;
const MINUTE: Duration = Duration::from_secs(60);

/// Runs every law, one after the other.
pub async fn all(store: Arc<dyn OneTimeTokenStore>) {
    issuing::a_token_is_found_as_it_was_issued(&*store).await;
    issuing::no_more_tokens_live_than_allowed(&*store).await;
    issuing::racing_requests_leave_no_more_tokens_than_allowed(&store).await;
    issuing::a_token_issued_under_a_clock_set_back_is_kept(&*store).await;
    issuing::a_digest_is_issued_once(&*store).await;
    spending::a_token_is_taken_once(&*store).await;
    spending::one_of_many_racing_redemptions_wins(&store).await;
    spending::no_more_racing_attempts_are_counted_than_allowed(&store).await;
    spending::who_made_the_last_attempt_may_take_the_token(&*store).await;
    spending::confusion_of_purposes_spends_nothing(&*store).await;
    spending::an_expired_token_is_gone_and_a_clock_set_back_does_not_revive_it(&*store).await;
    spending::voiding_spares_other_purposes_and_subjects(&*store).await;
    spending::a_token_is_voided_or_taken_but_never_both(&store).await;
    spending::purging_forgets_only_what_is_expired(&*store).await;
}

fn start() -> UnixMillis {
    UnixMillis::from_secs(1_700_000_000)
}

fn subject(name: &str) -> SubjectId {
    name.parse().unwrap()
}

/// A token that lives a minute from `at`.
fn token(owner: &str, purpose: Purpose, at: UnixMillis) -> OneTimeRecord {
    let mut digest = [0; 32];
    SystemEntropy.fill(&mut digest).unwrap();
    OneTimeRecord {
        digest: OneTimeDigest::from_bytes(digest),
        purpose,
        subject: subject(owner),
        bound: Bound::new("v7 ünïcode'; --").unwrap(),
        issued_at: at,
        expires_at: at.plus(MINUTE),
        attempts_left: purpose.attempts().get(),
    }
}

async fn issued(
    store: &dyn OneTimeTokenStore,
    owner: &str,
    purpose: Purpose,
    at: UnixMillis,
) -> OneTimeRecord {
    let token = token(owner, purpose, at);
    store.issue(token.clone(), purpose.max_live()).await.unwrap();
    token
}

async fn lives(store: &dyn OneTimeTokenStore, token: &OneTimeRecord, now: UnixMillis) -> bool {
    store.find(token.digest, token.purpose, now).await.unwrap().is_some()
}
