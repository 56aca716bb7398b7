use super::super::{
    Account, AccountStatus, AccountStore, Creation, EmailChange, EmailVerification, Removal, Replacement,
    StatusChange,
};
use super::{RACERS, account, address, hash};
use std::sync::Arc;
use stockade_core::{SubjectId, UnixMillis};

fn pending(id: &str, email: &str) -> Account {
    account(id, email).with_status(AccountStatus::Pending)
}

fn later() -> UnixMillis {
    UnixMillis::from_secs(1_700_003_600)
}

fn id(text: &str) -> SubjectId {
    text.parse().unwrap()
}

pub(super) async fn a_pending_account_makes_room_for_another_and_for_nobody_else(store: &dyn AccountStore) {
    let squatter = pending("law-squatter", "Victim@example.org");
    assert_eq!(store.create(squatter.clone()).await.unwrap(), Creation::Created);
    let active = account("law-active", "victim@example.org");
    assert_eq!(store.create(active).await.unwrap(), Creation::Taken, "only mail decides who has an address");
    let owner = pending("law-owner", "victim@example.org");
    assert_eq!(store.create(owner.clone()).await.unwrap(), Creation::Created);
    assert_eq!(store.by_id(&squatter.id).await.unwrap(), None, "whoever was there first keeps nothing");
    assert_eq!(store.by_email(&squatter.email).await.unwrap(), Some(owner.clone()));
    let stale = store.verify_email(&squatter.id, &squatter.email, later()).await.unwrap();
    assert_eq!(stale, EmailVerification::Stale);

    assert_eq!(
        store.verify_email(&owner.id, &owner.email, later()).await.unwrap(),
        EmailVerification::Verified
    );
    let again = pending("law-squatter-2", "victim@example.org");
    assert_eq!(store.create(again).await.unwrap(), Creation::Taken);
}

pub(super) async fn verifying_activates_and_only_the_address_that_is_still_there(store: &dyn AccountStore) {
    let kept = pending("law-verify", "verify@example.org");
    assert_eq!(store.create(kept.clone()).await.unwrap(), Creation::Created);
    let other = address("verify-other@example.org");
    assert_eq!(store.verify_email(&kept.id, &other, later()).await.unwrap(), EmailVerification::Stale);
    let nobody = store.verify_email(&id("law-nobody"), &kept.email, later()).await.unwrap();
    assert_eq!(nobody, EmailVerification::Stale);
    let verified = store.verify_email(&kept.id, &address("VERIFY@example.org"), later()).await.unwrap();
    assert_eq!(verified, EmailVerification::Verified);
    let expected = Account { email_verified_at: Some(later()), ..kept.with_status(AccountStatus::Active) };
    assert_eq!(store.by_id(&expected.id).await.unwrap(), Some(expected));
}

pub(super) async fn a_password_changes_once_a_version(store: &Arc<dyn AccountStore>) {
    let kept = account("law-change", "change@example.org");
    assert_eq!(store.create(kept.clone()).await.unwrap(), Creation::Created);
    let mut racers = tokio::task::JoinSet::new();
    for i in 0..RACERS {
        let (store, id) = (store.clone(), kept.id.clone());
        racers.spawn(async move { store.change_password(&id, 0, hash(&format!("new {i}"))).await.unwrap() });
    }
    let outcomes = racers.join_all().await;
    assert_eq!(outcomes.iter().filter(|o| **o == Replacement::Replaced).count(), 1);
    let now = store.by_id(&kept.id).await.unwrap().unwrap();
    assert_eq!(now.credential_version, 1);
    assert_ne!(now.password, hash("first"));

    let renewed = store.replace_password(&kept.id, &now.password, hash("renewed")).await.unwrap();
    assert_eq!(renewed, Replacement::Replaced);
    assert_eq!(store.by_id(&kept.id).await.unwrap().unwrap().credential_version, 1, "only renewed");
    assert_eq!(store.change_password(&kept.id, 1, hash("next")).await.unwrap(), Replacement::Replaced);
    let undone = store.replace_password(&kept.id, &hash("renewed"), hash("stale")).await.unwrap();
    assert_eq!(undone, Replacement::Changed, "a renewed hash of the old password undoes nothing");

    let waiting = pending("law-change-pending", "change-pending@example.org");
    assert_eq!(store.create(waiting.clone()).await.unwrap(), Creation::Created);
    assert_eq!(store.change_password(&waiting.id, 0, hash("x")).await.unwrap(), Replacement::Changed);
}

pub(super) async fn an_address_is_changed_only_from_the_expected_one_to_a_free_one(store: &dyn AccountStore) {
    let kept = account("law-move", "move@example.org");
    let other = account("law-move-other", "move-taken@example.org");
    let squatter = pending("law-move-squatter", "move-new@example.org");
    for account in [&kept, &other, &squatter] {
        assert_eq!(store.create(account.clone()).await.unwrap(), Creation::Created);
    }
    let change = async |from: &str, to: &str| {
        store.change_email(&kept.id, &address(from), address(to), later()).await.unwrap()
    };
    assert_eq!(change("wrong@example.org", "move-new@example.org").await, EmailChange::Stale);
    assert_eq!(change("move@example.org", "MOVE-taken@example.org").await, EmailChange::Taken);
    assert_eq!(store.by_id(&kept.id).await.unwrap().as_ref(), Some(&kept));
    assert_eq!(change("move@example.org", "Move-New@example.org").await, EmailChange::Changed);
    let moved = store.by_email(&address("move-new@example.org")).await.unwrap().unwrap();
    assert_eq!((moved.id, moved.email.as_str()), (kept.id.clone(), "Move-New@example.org"));
    assert_eq!(moved.email_verified_at, Some(later()));
    assert_eq!(store.by_email(&kept.email).await.unwrap(), None);
    assert_eq!(store.by_id(&squatter.id).await.unwrap(), None);
    assert_eq!(
        change("move-new@example.org", "MOVE-NEW@example.org").await,
        EmailChange::Changed,
        "one's own"
    );
}

pub(super) async fn one_of_many_accounts_racing_for_an_address_gets_it(store: &Arc<dyn AccountStore>) {
    for i in 0..RACERS {
        let racer = account(&format!("law-move-race-{i}"), &format!("move-race-{i}@example.org"));
        assert_eq!(store.create(racer).await.unwrap(), Creation::Created);
    }
    let mut racers = tokio::task::JoinSet::new();
    for i in 0..RACERS {
        let store = store.clone();
        racers.spawn(async move {
            let (id, from) =
                (id(&format!("law-move-race-{i}")), address(&format!("move-race-{i}@example.org")));
            store.change_email(&id, &from, address("move-race@example.org"), later()).await.unwrap()
        });
    }
    let outcomes = racers.join_all().await;
    assert_eq!(outcomes.iter().filter(|o| **o == EmailChange::Changed).count(), 1);
    assert_eq!(outcomes.iter().filter(|o| **o == EmailChange::Taken).count(), RACERS - 1);
}

pub(super) async fn closing_reopening_and_removing(store: &dyn AccountStore) {
    let kept = account("law-close", "close@example.org");
    assert_eq!(store.create(kept.clone()).await.unwrap(), Creation::Created);
    let closed = store.set_status(&kept.id, AccountStatus::Disabled).await.unwrap();
    assert_eq!(closed, StatusChange::Changed);
    assert_eq!(store.by_id(&kept.id).await.unwrap().unwrap().status, AccountStatus::Disabled);
    let _ = store.verify_email(&kept.id, &kept.email, later()).await.unwrap();
    let still = store.by_id(&kept.id).await.unwrap().unwrap();
    assert_eq!(still.status, AccountStatus::Disabled, "mail reopens nothing");
    assert_eq!(store.create(account("law-close-2", "close@example.org")).await.unwrap(), Creation::Taken);
    let moved = store.change_email(&kept.id, &kept.email, address("close-2@example.org"), later()).await;
    assert_eq!(moved.unwrap(), EmailChange::Stale);
    assert_eq!(store.set_status(&kept.id, AccountStatus::Active).await.unwrap(), StatusChange::Changed);

    let waiting = pending("law-close-pending", "close-pending@example.org");
    assert_eq!(store.create(waiting.clone()).await.unwrap(), Creation::Created);
    for (who, status) in [
        (&waiting.id, AccountStatus::Active),
        (&kept.id, AccountStatus::Pending),
        (&id("law-nobody"), AccountStatus::Active),
    ] {
        assert_eq!(store.set_status(who, status).await.unwrap(), StatusChange::Refused);
    }

    assert_eq!(store.remove(&kept.id).await.unwrap(), Removal::Removed);
    assert_eq!(store.remove(&kept.id).await.unwrap(), Removal::Unknown);
    assert_eq!(store.by_email(&kept.email).await.unwrap(), None);
    assert_eq!(store.create(account("law-close-3", "close@example.org")).await.unwrap(), Creation::Created);
}

pub(super) async fn purging_forgets_only_old_pending_accounts(store: &dyn AccountStore) {
    let old = pending("law-purge-old", "purge-old@example.org");
    let new = Account { created_at: later(), ..pending("law-purge-new", "purge-new@example.org") };
    let active = account("law-purge-active", "purge-active@example.org");
    for account in [&old, &new, &active] {
        assert_eq!(store.create(account.clone()).await.unwrap(), Creation::Created);
    }
    assert!(store.purge_pending(later()).await.unwrap() >= 1);
    assert_eq!(store.by_id(&old.id).await.unwrap(), None);
    assert!(store.by_id(&new.id).await.unwrap().is_some());
    assert!(store.by_id(&active.id).await.unwrap().is_some());
}
