//! What every [`AccountStore`] must hold to. Call [`all`] on an empty store.
#![expect(clippy::unwrap_used, reason = "a law that is broken panics")]

mod life;

use super::{Account, AccountStore, Creation, DisplayName, Replacement};
use crate::EmailAddress;
use crate::password::PasswordHash;
use std::sync::Arc;
use stockade_core::UnixMillis;

const RACERS: usize = 64;

fn account(id: &str, email: &str) -> Account {
    Account::new(
        id.parse().unwrap(),
        address(email),
        DisplayName::parse("Somebody").unwrap(),
        hash("first"),
        UnixMillis::from_secs(1_700_000_000),
    )
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn hash(text: &str) -> PasswordHash {
    PasswordHash::from_phc(format!("hash of {text}")).unwrap()
}

/// Runs every law, one after the other.
pub async fn all(store: Arc<dyn AccountStore>) {
    an_account_is_found_as_it_was_kept(&*store).await;
    an_address_is_taken_whatever_its_case(&*store).await;
    one_of_many_racing_sign_ups_wins(&store).await;
    a_hash_is_replaced_only_if_it_is_still_the_expected_one(&*store).await;
    one_of_many_racing_replacements_wins(&store).await;
    life::a_pending_account_makes_room_for_another_and_for_nobody_else(&*store).await;
    life::verifying_activates_and_only_the_address_that_is_still_there(&*store).await;
    life::a_password_changes_once_a_version(&store).await;
    life::an_address_is_changed_only_from_the_expected_one_to_a_free_one(&*store).await;
    life::one_of_many_accounts_racing_for_an_address_gets_it(&store).await;
    life::closing_reopening_and_removing(&*store).await;
    life::purging_forgets_only_old_pending_accounts(&*store).await;
}

async fn an_account_is_found_as_it_was_kept(store: &dyn AccountStore) {
    let kept = account("law-found", "Found@Example.org");
    assert_eq!(store.create(kept.clone()).await.unwrap(), Creation::Created);
    assert_eq!(store.by_id(&kept.id).await.unwrap().as_ref(), Some(&kept));
    let other_case = EmailAddress::parse("fOUND@eXAMPLE.org").unwrap();
    assert_eq!(store.by_email(&other_case).await.unwrap(), Some(kept));
    let unknown = EmailAddress::parse("nobody@example.org").unwrap();
    assert_eq!(store.by_email(&unknown).await.unwrap(), None);
    assert_eq!(store.by_id(&"law-nobody".parse().unwrap()).await.unwrap(), None);
}

async fn an_address_is_taken_whatever_its_case(store: &dyn AccountStore) {
    let first = account("law-taken-1", "taken@example.org");
    assert_eq!(store.create(first).await.unwrap(), Creation::Created);
    let same_address = account("law-taken-2", "TAKEN@example.org");
    assert_eq!(store.create(same_address).await.unwrap(), Creation::Taken);
    let same_id = account("law-taken-1", "free@example.org");
    assert_eq!(store.create(same_id).await.unwrap(), Creation::Taken);
    let free = EmailAddress::parse("free@example.org").unwrap();
    assert_eq!(store.by_email(&free).await.unwrap(), None, "a refused account leaves no trace");
}

async fn one_of_many_racing_sign_ups_wins(store: &Arc<dyn AccountStore>) {
    let mut racers = tokio::task::JoinSet::new();
    for i in 0..RACERS {
        let store = store.clone();
        racers.spawn(async move {
            store.create(account(&format!("law-race-{i}"), "race@example.org")).await.unwrap()
        });
    }
    let outcomes = racers.join_all().await;
    assert_eq!(outcomes.iter().filter(|o| **o == Creation::Created).count(), 1);
}

async fn a_hash_is_replaced_only_if_it_is_still_the_expected_one(store: &dyn AccountStore) {
    let kept = account("law-replace", "replace@example.org");
    assert_eq!(store.create(kept.clone()).await.unwrap(), Creation::Created);
    let stale = store.replace_password(&kept.id, &hash("other"), hash("second")).await.unwrap();
    assert_eq!(stale, Replacement::Changed);
    let fresh = store.replace_password(&kept.id, &hash("first"), hash("second")).await.unwrap();
    assert_eq!(fresh, Replacement::Replaced);
    assert_eq!(store.by_id(&kept.id).await.unwrap().unwrap().password, hash("second"));
    let nobody = "law-nobody".parse().unwrap();
    let gone = store.replace_password(&nobody, &hash("first"), hash("second")).await.unwrap();
    assert_eq!(gone, Replacement::Changed);
}

async fn one_of_many_racing_replacements_wins(store: &Arc<dyn AccountStore>) {
    let kept = account("law-replace-race", "replace-race@example.org");
    assert_eq!(store.create(kept.clone()).await.unwrap(), Creation::Created);
    let mut racers = tokio::task::JoinSet::new();
    for i in 0..RACERS {
        let (store, id) = (store.clone(), kept.id.clone());
        racers.spawn(async move {
            store.replace_password(&id, &hash("first"), hash(&format!("new {i}"))).await.unwrap()
        });
    }
    let outcomes = racers.join_all().await;
    assert_eq!(outcomes.iter().filter(|o| **o == Replacement::Replaced).count(), 1);
}
