//! Images that are deleted: nothing on the disk opens them, what was assured is said, and a hold stands against it.

use crate::harness::client::{Answer, Call};
use crate::harness::clinic::{Clinic, Staff, picture};
use example_support::open_key_ring;
use http::Method;
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use stockade::core::{SystemClock, SystemEntropy};
use stockade::crypto_at_rest::field::Fields;
use stockade::crypto_at_rest::file::{FileContext, Opener, RingAccess};
use stockade::flows::SealedWrap;
use stockade::secure_delete::erase::{CryptoErasure, EraseError, ObjectId, ObjectKey};
use stockade::sqlite::Sqlite;

const LEN: usize = 150_000;

impl Staff {
    fn deleting(&self, path: &str) -> Call<'_> {
        self.client.call(Method::DELETE, path).bearer(&self.tokens.access)
    }

    async fn delete_image(&self, patient: &str, image: &str) -> Answer {
        self.deleting(&format!("/v1/patients/{patient}/images/{image}")).send().await
    }

    async fn hold(&self, patient: &str, image: &str, name: &str) -> Answer {
        let path = format!("/v1/patients/{patient}/images/{image}/holds/{name}");
        let call = self.client.call(Method::PUT, &path).bearer(&self.tokens.access);
        call.json(&json!({"reason": "a court asks"})).send().await
    }

    async fn release(&self, patient: &str, image: &str, name: &str) -> Answer {
        self.deleting(&format!("/v1/patients/{patient}/images/{image}/holds/{name}")).send().await
    }
}

/// What somebody has who carried off a data folder, ring and all.
struct Thief {
    folder: tempfile::TempDir,
}

impl Thief {
    /// Takes a copy of everything there is.
    async fn of(clinic: &Clinic) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for file in clinic.files() {
            let to = folder.path().join(file.strip_prefix(clinic.data()).unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(file, to).unwrap();
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn key(&self, image: &str) -> Result<ObjectKey, EraseError> {
        let ring = open_key_ring(self.folder.path()).unwrap();
        let entropy = Arc::new(SystemEntropy);
        let wrap = SealedWrap::new(Arc::new(Fields::new(ring.keys, entropy.clone())));
        let store = Arc::new(Sqlite::open(self.path("clinic.db")).await.unwrap());
        let clock = Arc::new(SystemClock::new());
        let erasure = CryptoErasure::new(store, Arc::new(wrap), clock, entropy);
        erasure.key(&ObjectId::new(format!("main/{image}")).unwrap()).await
    }

    /// Whether the ring alone opens the file.
    fn ring_opens(&self, file: &Path, patient: &str, image: &str) -> bool {
        let context = FileContext::new().with("tenant", "main").with("patient", patient).with("image", image);
        let access = RingAccess::new(open_key_ring(self.folder.path()).unwrap().keys, context);
        Opener::new(vec![&access]).range(std::fs::File::open(file).unwrap()).is_ok()
    }
}

/// The wrapped key of an image, as the disk has it.
async fn wrap_of(clinic: &Clinic, image: &str) -> Vec<u8> {
    let url = format!("sqlite://{}", clinic.data().join("clinic.db").display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    let wrap =
        sqlx::query_scalar("SELECT wrap FROM object_wraps JOIN object_keys USING (id) WHERE object = ?");
    let wrap = wrap.bind(format!("main/{image}")).fetch_one(&mut database).await.unwrap();
    database.close().await.unwrap();
    wrap
}

/// How many files have a part of `wrap`.
fn files_with(clinic: &Clinic, wrap: &[u8]) -> usize {
    // The sealed key and its tag. What stands before is the same for all that one key of the ring has sealed.
    let parts: HashSet<&[u8]> = wrap[wrap.len() - 48..].chunks_exact(16).collect();
    let has = |file: &PathBuf| {
        let bytes = std::fs::read(file).unwrap_or_default();
        bytes.windows(16).any(|window| parts.contains(window))
    };
    clinic.files().iter().filter(|file| has(file)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asvs_v14_2_7_nothing_on_the_disk_opens_a_deleted_image_nor_an_old_copy_of_it() {
    let clinic = Clinic::start().await;
    let patient = clinic.admin.admit("MRN-1").await;
    let (image, other) = (
        clinic.admin.upload(&patient, picture(1, LEN)).await,
        clinic.admin.upload(&patient, picture(2, LEN)).await,
    );
    let (wrap, before) = (wrap_of(&clinic, &image).await, Thief::of(&clinic).await);
    let old = before.path("images").join(format!("{image}.age"));
    assert!(files_with(&clinic, &wrap) > 0, "it lies there");
    assert!(!before.ring_opens(&old, &patient, &image), "the ring is only half of what opens it");
    assert!(before.key(&image).await.is_ok(), "and the key store is the other half");

    let answer = clinic.admin.delete_image(&patient, &image).await.expect(200).json();
    assert_eq!(answer["assurance"], "crypto-erased");
    assert_eq!(answer["receipt"]["medium"], "overwritten-in-file", "{answer}");
    assert!(!clinic.image_file(&image).exists());
    assert_eq!(files_with(&clinic, &wrap), 0);
    let after = Thief::of(&clinic).await;
    assert!(matches!(after.key(&image).await, Err(EraseError::Erased(_))));
    assert!(!after.ring_opens(&old, &patient, &image), "the copy of before, with the ring of now");
    // What is not deleted is there, and the copy of a neighbour's file is as good as ever.
    assert!(clinic.admin.image(&patient, &other).await.expect(200).body == picture(2, LEN));
    assert!(after.key(&other).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_says_what_it_assured_and_so_does_the_record() {
    let mut clinic = Clinic::start().await;
    let patient = clinic.admin.admit("MRN-1").await;
    let image = clinic.admin.upload(&patient, picture(1, LEN)).await;
    let first = clinic.admin.delete_image(&patient, &image).await.expect(200).json();
    assert_eq!((&first["id"], &first["receipt"]["turn"]), (&json!(image), &json!("first")));
    assert!(first["caveat"].as_str().unwrap().contains("backups may have it"), "{first}");
    clinic.admin.image(&patient, &image).await.expect_error(404, "not_found");
    clinic.admin.analyse(&patient, Some(&image), "Found").await.expect_error(404, "not_found");

    let again = clinic.admin.delete_image(&patient, &image).await.expect(200).json();
    assert_eq!(
        (&again["receipt"]["turn"], &again["receipt"]["key"]),
        (&json!("again"), &first["receipt"]["key"])
    );
    assert_eq!(again["receipt"]["ciphertext"]["fate"], "absent");

    let events = clinic.admin.log("action=data.erase&outcome=success&").await;
    let (again, done): (&Value, &Value) = (&events[0], &events[1]);
    assert_eq!(done["resource"], json!({"kind": "image", "id": image}));
    assert_eq!(done["actor"], json!(clinic.admin.id));
    assert_eq!(done["details"]["erased_key"], first["receipt"]["key"]);
    assert_eq!(done["details"]["medium"], "overwritten-in-file");
    assert!(done["details"]["ciphertext_bytes"].as_u64().unwrap() > LEN as u64, "written over: {done}");
    assert!(done["details"]["ciphertext"].is_string() && again["details"]["ciphertext"] == "absent");
    assert_eq!(clinic.admin.log("action=data.erase_intent&").await.len(), 2);

    // Acknowledged is acknowledged.
    clinic.service.kill9().unwrap();
    clinic.start_again().await;
    clinic.admin.image(&patient, &image).await.expect_error(404, "not_found");
}

#[tokio::test]
async fn a_held_image_is_refused_until_the_last_hold_is_released() {
    let clinic = Clinic::start().await;
    let patient = clinic.admin.admit("MRN-1").await;
    let image = clinic.admin.upload(&patient, picture(1, LEN)).await;
    for name in ["case-1", "case-2", "case-1"] {
        clinic.admin.hold(&patient, &image, name).await.expect(204);
    }
    for name in ["case-1", "case-2"] {
        clinic.admin.delete_image(&patient, &image).await.expect_error(409, "held");
        assert!(clinic.admin.image(&patient, &image).await.expect(200).body == picture(1, LEN));
        clinic.admin.release(&patient, &image, name).await.expect(204);
    }
    clinic.admin.release(&patient, &image, "case-1").await.expect_error(404, "not_found");
    clinic.admin.delete_image(&patient, &image).await.expect(200);
    clinic.admin.hold(&patient, &image, "late").await.expect_error(404, "not_found");
    let denied = clinic.admin.log("action=data.erase&outcome=denied&").await;
    assert_eq!((denied.len(), &denied[1]["details"]["held_by"]), (2, &json!("case-1 case-2")));
    assert_eq!(clinic.admin.log("action=data.hold&outcome=success&").await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crash_between_key_and_file_is_made_good_at_the_next_start() {
    let mut clinic = Clinic::start().await;
    let patient = clinic.admin.admit("MRN-1").await;
    let image = clinic.admin.upload(&patient, picture(1, LEN)).await;
    let file = clinic.image_file(&image);
    let bytes = std::fs::read(&file).unwrap();
    clinic.admin.delete_image(&patient, &image).await.expect(200);
    clinic.service.kill9().unwrap();
    // As if it had been killed before the file was gone; or put back by somebody.
    std::fs::write(&file, &bytes).unwrap();
    clinic.start_again().await;
    assert!(!file.exists());
    std::fs::write(&file, &bytes).unwrap();
    clinic.admin.image(&patient, &image).await.expect_error(404, "not_found");
    clinic.admin.delete_image(&patient, &image).await.expect(200);
    assert!(!file.exists(), "deleting again does what is left");
}

#[tokio::test]
async fn confusion_what_is_not_there_or_another_patients_is_not_deleted() {
    let clinic = Clinic::start().await;
    let (ada, eve) = (clinic.admin.admit("MRN-1").await, clinic.admin.admit("MRN-2").await);
    let image = clinic.admin.upload(&ada, picture(1, LEN)).await;
    let nobody = "01a2016a-2eeb-74a4-b787-37772d90c8af";
    for (patient, image) in [(eve.as_str(), image.as_str()), (&ada, nobody), (nobody, &image)] {
        clinic.admin.delete_image(patient, image).await.expect_error(404, "not_found");
        clinic.admin.hold(patient, image, "case").await.expect_error(404, "not_found");
        clinic.admin.release(patient, image, "case").await.expect_error(404, "not_found");
    }
    clinic.admin.hold(&ada, &image, "No%20Name").await.expect_error(400, "invalid_input");
    assert!(clinic.admin.image(&ada, &image).await.expect(200).body == picture(1, LEN));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asvs_v14_2_7_an_image_that_is_over_its_time_goes_by_itself() {
    let mut clinic = Clinic::start_with(|launch| launch.env("CLINIC_KEEP_IMAGES_DAYS", "0")).await;
    let patient = clinic.admin.admit("MRN-1").await;
    let image = clinic.admin.upload(&patient, picture(1, LEN)).await;
    let file = clinic.image_file(&image);
    clinic.service.kill9().unwrap();
    clinic.start_again().await;
    for _ in 0..200 {
        if !file.exists() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    clinic.admin.image(&patient, &image).await.expect_error(404, "not_found");
    assert!(!file.exists());
    let events = clinic.admin.log("action=data.erase&outcome=success&").await;
    assert_eq!((events.len(), &events[0]["actor"]), (1, &json!(null)), "nobody did it: {events:?}");
}
