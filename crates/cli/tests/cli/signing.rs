//! The keys that sign access tokens, as their operator sees them.

use crate::harness::Desk;
use std::sync::Arc;
use stockade_authn::jose::rotation::{FileSigningKeys, RotationSchedule, SigningKeyStore, SigningKeys};
use stockade_core::{Secret, SystemClock, SystemEntropy};
use stockade_crypto_at_rest::field::Fields;
use stockade_crypto_at_rest::ring::{KeyRingFile, Keys, Unlock};
use stockade_sqlite::Sqlite;

/// A running service with its keys in `store`, sealed by the ring of the desk.
async fn service(desk: &Desk, store: Arc<dyn SigningKeyStore>) -> SigningKeys {
    let pass = Secret::new(crate::harness::PASSPHRASE.to_owned());
    let ring = KeyRingFile::at(desk.path("ring")).open(&Unlock::passphrase(pass)).unwrap();
    let (seal, clock) = (Fields::new(Keys::new(ring), Arc::new(SystemEntropy)), Arc::new(SystemClock::new()));
    let schedule = RotationSchedule::default();
    SigningKeys::open(store, Arc::new(seal), schedule, clock, Arc::new(SystemEntropy)).await.unwrap()
}

async fn walk(desk: &Desk, place: &str, keys: &SigningKeys) {
    let args = format!("{place} --keyring ring --keyring-passphrase-file pass");
    let first = keys.keys()[0].id.to_string();
    let list = desk.run(&format!("keys signing list {args} --json")).done().json();
    assert_eq!(
        (&list["keys"][0]["id"], &list["keys"][0]["phase"]),
        (&first.clone().into(), &"active".into())
    );

    let rotated = desk.run(&format!("keys signing rotate {args} --json")).done().json();
    assert_eq!(rotated["new"], true);
    let again = desk.run(&format!("keys signing rotate {args} --json")).done().json();
    assert_eq!((&again["new"], &again["announced"]), (&false.into(), &rotated["announced"]));
    assert!(keys.tick().await.unwrap().reloaded, "the service sees it without a restart");
    assert_eq!(keys.jwks().keys.len(), 2);

    let unasked = desk.run(&format!("keys signing emergency {args} --json")).ended(5);
    assert_eq!(unasked.error_code(), "unconfirmed");
    let done = desk.run(&format!("keys signing emergency {args} --yes --json")).done().json();
    assert_eq!(done["dropped"].as_array().unwrap().len(), 2);
    keys.tick().await.unwrap();
    let held: Vec<_> = keys.keys().iter().map(|key| key.id.to_string()).collect();
    assert_eq!(held, [done["active"].as_str().unwrap()]);
    assert!(
        String::from_utf8(desk.run(&format!("keys signing list {args}")).done().stdout)
            .unwrap()
            .contains(&held[0])
    );
}

#[tokio::test]
async fn asvs_v13_3_4_signing_keys_in_a_file_are_listed_rotated_and_dropped() {
    let desk = Desk::with_ring();
    let keys = service(&desk, Arc::new(FileSigningKeys::at(desk.path("signing")))).await;
    walk(&desk, "--file signing", &keys).await;
}

#[tokio::test]
async fn asvs_v13_3_4_signing_keys_in_a_database_are_listed_rotated_and_dropped() {
    let desk = Desk::with_ring();
    let keys = service(&desk, Arc::new(Sqlite::open(desk.path("db")).await.unwrap())).await;
    walk(&desk, "--sqlite db", &keys).await;
}

#[tokio::test]
async fn confusion_of_rings_and_places_is_refused_and_makes_nothing() {
    let desk = Desk::with_ring();
    desk.run("keys new other --keyring-passphrase-file pass --kdf pbkdf2").done();
    let _keys = service(&desk, Arc::new(FileSigningKeys::at(desk.path("signing")))).await;
    let run = |args: &str| desk.run(&format!("keys signing {args} --keyring-passphrase-file pass --json"));
    assert_eq!(run("list --file signing --keyring other").ended(3).error_code(), "does_not_open");
    assert_eq!(run("list --file none --keyring ring").ended(1).error_code(), "missing");
    assert_eq!(run("rotate --sqlite none --keyring ring").ended(1).error_code(), "io");
    assert!(!desk.has("none"));
    run("list --keyring ring").ended(2);
    run("list --file signing --sqlite db --keyring ring").ended(2);
    let whole = desk.read("signing");
    desk.write("signing", &whole[..whole.len() - 1]);
    run("list --file signing --keyring ring").ended(3);
    desk.write("signing", &whole[..12]);
    assert_eq!(run("emergency --yes --file signing --keyring ring").ended(4).error_code(), "damaged");
    assert_eq!(desk.read("signing"), whole[..12], "left for whoever repairs it");
}
