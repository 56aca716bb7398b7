use crate::{Crash, KILLS, start};
use stockade_authn::EmailAddress;
use stockade_authn::account::{Account, AccountStore, Creation, DisplayName, Replacement};
use stockade_authn::password::PasswordHash;
use stockade_core::SubjectId;

fn hash(version: u64) -> PasswordHash {
    PasswordHash::from_phc(format!("$argon2id$v{version}")).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigkill_amid_change_of_password_leaves_the_old_one_or_the_new_one_with_its_version() {
    let Some(crash) = Crash::new().await else { return };
    let ada: SubjectId = "ada".parse().unwrap();
    let email = EmailAddress::parse("ada@example.org").unwrap();
    let account = Account::new(ada.clone(), email, DisplayName::parse("Ada").unwrap(), hash(0), start());
    assert_eq!(crash.store().await.create(account).await.unwrap(), Creation::Created);
    let mut version = 0;
    for round in 0..KILLS {
        let (before, of) = (version, ada.clone());
        version = crash
            .kill_amid(move |store, watch| async move {
                let mut version = before;
                while !watch.is_over() {
                    match store.change_password(&of, version, hash(version + 1)).await {
                        Ok(Replacement::Replaced) => {
                            version += 1;
                            watch.done();
                        }
                        Ok(Replacement::Changed) => panic!("nobody else changes it"),
                        Err(_) => break,
                    }
                }
                version
            })
            .await;
        let kept = crash.store().await.by_id(&ada).await.unwrap().unwrap();
        assert!((version..=version + 1).contains(&kept.credential_version), "round {round}: {kept:?}");
        assert_eq!(kept.password, hash(kept.credential_version), "round {round}");
        version = kept.credential_version;
    }
}
