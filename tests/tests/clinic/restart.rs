//! The power goes in the middle of uploads.

use crate::harness::clinic::{Clinic, Staff, id, picture};
use serde_json::json;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// What was acknowledged: patients by record number, and images by the seed of their bytes.
#[derive(Debug, Default)]
struct Ledger {
    patients: Vec<(String, String)>,
    images: Vec<(String, String, u64)>,
}

const LEN: usize = 150_000;

/// Admits patients and uploads their images until the server is gone.
async fn work(staff: Staff, name: String, worker: u64, progress: Arc<AtomicUsize>) -> Ledger {
    let mut ledger = Ledger::default();
    for n in 0.. {
        let record = format!("{name}-{n}");
        let new = json!({"record": record, "name": "Ada", "notes": format!("Notes on {record}")});
        let Ok(answer) = staff.post("/v1/patients").json(&new).try_send().await else { break };
        let patient = id(&answer.expect(201));
        progress.fetch_add(1, Ordering::Relaxed);
        ledger.patients.push((patient.clone(), record));
        let seed = worker * 1_000_000 + n;
        let Ok(answer) = staff.sending_image(&patient, picture(seed, LEN)).try_send().await else { break };
        ledger.images.push((patient, id(&answer.expect(201)), seed));
        progress.fetch_add(1, Ordering::Relaxed);
    }
    ledger
}

async fn assert_all_there(clinic: &Clinic, ledgers: &[Ledger]) {
    for ledger in ledgers {
        for (patient, record) in &ledger.patients {
            let read = clinic.admin.patient(patient).await.expect(200).json();
            assert_eq!(
                (&read["record"], &read["notes"]),
                (&json!(record), &json!(format!("Notes on {record}")))
            );
        }
        for (patient, image, seed) in &ledger.images {
            let read = clinic.admin.image(patient, image).await.expect(200);
            assert!(read.body == picture(*seed, LEN), "{image} is not what was sent");
        }
    }
}

/// Of what was not acknowledged there is all or nothing: each file has its row, each row its file, and each opens to its end.
async fn assert_none_half(clinic: &Clinic) {
    let mut tables = clinic.tables().await;
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT patient, id FROM images").fetch_all(&mut tables).await.unwrap();
    let images = clinic.data().join("images");
    let files: HashSet<_> = clinic.files().into_iter().filter(|file| file.starts_with(&images)).collect();
    let expected: HashSet<_> = rows.iter().map(|(_, image)| clinic.image_file(image)).collect();
    assert_eq!(files, expected);
    for (patient, image) in rows {
        assert_eq!(clinic.admin.image(&patient, &image).await.expect(200).body.len(), LEN);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crash_by_sigkill_keeps_every_acknowledged_image_whole_and_no_other_half() {
    let mut clinic = Clinic::start().await;
    let mut ledgers = Vec::new();
    for (round, answers) in [4, 17, 40].into_iter().enumerate() {
        let progress = Arc::new(AtomicUsize::new(0));
        let mut workers = JoinSet::new();
        for n in 0..4 {
            let staff = clinic.admin.at(clinic.client_number(n));
            workers.spawn(work(staff, format!("r{round}w{n}"), u64::from(n), progress.clone()));
        }
        let deadline = Instant::now() + Duration::from_secs(60);
        while progress.load(Ordering::Relaxed) < answers {
            assert!(Instant::now() < deadline, "the clients have hardly been answered in a minute");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::task::block_in_place(|| clinic.service.kill9().unwrap());
        ledgers.extend(workers.join_all().await);
        clinic.start_again().await;
        assert_all_there(&clinic, &ledgers).await;
        assert_none_half(&clinic).await;
    }
    let images: usize = ledgers.iter().map(|ledger| ledger.images.len()).sum();
    assert!(images >= 20, "only {images} images were acknowledged");
    let recorded = clinic.admin.log("action=image.create&outcome=success&").await;
    let recorded: HashSet<_> =
        recorded.iter().map(|event| event["resource"]["id"].as_str().unwrap_or_default()).collect();
    for (_, image, _) in ledgers.iter().flat_map(|ledger| &ledger.images) {
        assert!(recorded.contains(image.as_str()), "{image} is not on record");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ring_under_a_passphrase_opens_with_it_and_with_no_other() {
    const NAME: &str = "STOCKADE_KEYRING_PASSPHRASE";
    let mut clinic = Clinic::start_with(|launch| launch.env(NAME, "a long one, kept elsewhere")).await;
    let patient = clinic.admin.admit("MRN-1").await;
    assert!(!clinic.files().iter().any(|file| file.ends_with("unlock.key")), "no key lies beside it");
    clinic.service.kill9().unwrap();
    clinic.start_again().await;
    clinic.admin.patient(&patient).await.expect(200);
    clinic.service.kill9().unwrap();
    let program = stockade_testkit::binary("clinic").unwrap();
    for wrong in [Some("another"), Some(""), None] {
        let launch = stockade_testkit::Service::launch(&program)
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(clinic.data());
        let launch = wrong.into_iter().fold(launch, |launch, wrong| launch.env(NAME, wrong));
        let error = tokio::task::block_in_place(|| launch.start())
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(error.contains("ended before it listened"), "{wrong:?}: {error}");
        assert!(!error.contains("kept elsewhere"), "{error}");
    }
}
