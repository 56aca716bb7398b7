//! What whoever carries off the disk finds on it.

mod scan;

use crate::harness::clinic::{Clinic, id};
use scan::Scan;
use serde_json::json;
use std::path::PathBuf;

/// Texts that stand nowhere else in the world, one for each way in.
const MARKERS: [&str; 10] = [
    "Record-7Qz9mWkT4xLp",
    "Name-Vb3nR8sYc2Hd",
    "Notes-Jf6tK1wGq5Xa",
    "Finding-Zp4uM9eBv7Ny",
    "Image-Ts2hD8rCk6Wl",
    "Searched-Gx5jP3oQm1Ui",
    "Broken-Ya7vS9fLz4Eb",
    "Asked-Kd4wN8tRb6Vy",
    "Hanged-Lm2xC7gPs9Jo",
    "1847-03-09",
];

/// What the disk must have: an action's name in the audit log, and so a proof that it was looked at.
const PUBLIC: &str = "patient.create";

/// Brings every marker into the clinic by its way, the wrong ways included.
async fn bring_in(clinic: &Clinic) {
    let [record, name, notes, finding, image, searched, broken, asked, withheld, born] = MARKERS;
    let staff = &clinic.admin;
    let new = json!({"record": record, "name": name, "notes": format!("{notes}\n{notes}"), "born": born});
    let patient = id(&staff.post("/v1/patients").json(&new).send().await.expect(201));
    staff.patient(&patient).await.expect(200);
    assert_eq!(staff.search(record).await.len(), 1);
    assert!(staff.search(searched).await.is_empty());
    // Over the border of two chunks, and some hundred times elsewhere.
    let bytes = image.repeat(10_000).into_bytes();
    let picture = staff.upload(&patient, bytes.clone()).await;
    assert!(staff.image(&patient, &picture).await.expect(200).body == bytes);
    staff.getting_image(&patient, &picture).header("range", "bytes=65000-66000").send().await.expect(206);
    staff.analyse(&patient, Some(&picture), finding).await.expect(201);
    staff.analyses(&patient).await.expect(200);

    staff.post("/v1/chat").json(&json!({"message": format!("Who is {asked}?")})).send().await.expect(200);
    let dose = format!("How many mg of ibuprofen may {withheld} take?");
    staff.post("/v1/chat").json(&json!({"message": dose})).send().await.expect(200);

    let malformed = format!(r#"{{"record":"{broken}","name":"{broken}","notes":{{}}}}"#);
    staff.post("/v1/patients").body("application/json", malformed).send().await.expect(400);
    staff
        .post("/v1/patients")
        .body("application/json", format!(r#"{{"name":"{broken}""#))
        .send()
        .await
        .expect(400);
    staff.post("/v1/patients").body("text/plain", broken).send().await.expect(415);
    staff.analyse(broken, None, broken).await.expect(400);
    staff.get(&format!("/v1/patients?record={broken}&name={broken}")).send().await.expect(400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asvs_v14_2_4_no_file_and_no_log_has_a_word_of_what_was_brought_in() {
    let mut clinic = Clinic::start_with(|launch| launch.env("RUST_LOG", "trace")).await;
    bring_in(&clinic).await;
    let scan = Scan::for_words(&MARKERS);
    let (running, log) = look(&clinic);
    assert!(
        running.iter().any(|path| path.to_string_lossy().ends_with("-wal")),
        "the log of the database was there"
    );
    tokio::task::block_in_place(|| assert!(clinic.service.terminate().unwrap().success()));
    let (_, log_at_end) = look(&clinic);
    for (when, log) in [("running", log), ("ended", log_at_end)] {
        let sightings = scan.in_bytes("the process log", log.as_bytes());
        assert!(sightings.is_empty(), "{when}: {sightings:?}");
    }

    fn look(clinic: &Clinic) -> (Vec<PathBuf>, String) {
        let files = clinic.files();
        let (scan, public) = (Scan::for_words(&MARKERS), Scan::for_words(&[PUBLIC]));
        let read: Vec<_> =
            files.iter().map(|path| (path.display().to_string(), std::fs::read(path).unwrap())).collect();
        let found: Vec<_> = read.iter().flat_map(|(name, bytes)| scan.in_bytes(name, bytes)).collect();
        assert!(found.is_empty(), "{found:?}");
        let seen: Vec<_> = read.iter().flat_map(|(name, bytes)| public.in_bytes(name, bytes)).collect();
        assert!(
            seen.iter().any(|sighting| sighting.contains(".db")),
            "the scan sees what is there: {seen:?}"
        );
        for kind in ["patients.db", ".age", "keyring.toml"] {
            assert!(
                read.iter().any(|(name, bytes)| name.contains(kind) && !bytes.is_empty()),
                "{kind} was looked at"
            );
        }
        (files, clinic.service.stderr() + &clinic.service.stdout())
    }
}

#[test]
fn the_scan_finds_a_word_in_every_form_and_anywhere() {
    let word = MARKERS[1];
    let scan = Scan::for_words(&[word]);
    for (form, bytes) in scan::forms(word) {
        for before in 0..5 {
            let file = [vec![b'-'; before], bytes.clone(), b"rest of the file".to_vec()].concat();
            assert_eq!(scan.in_bytes("f", &file).len(), 1, "{form} after {before} bytes");
        }
    }
    assert!(scan.in_bytes("f", &word.as_bytes()[1..]).is_empty());
    let inside: Vec<_> =
        (0..3).map(|shift| scan::base64(format!("{}{word} and more", &"abc"[..shift]).as_bytes())).collect();
    for text in inside {
        assert!(!scan.in_bytes("f", text.as_bytes()).is_empty(), "base64 at any shift: {text}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn asvs_v13_3_2_every_file_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let clinic = Clinic::start().await;
    bring_in(&clinic).await;
    let files = clinic.files();
    for name in ["clinic.db", "patients.db", "keyring.toml"] {
        assert!(files.iter().any(|file| file.ends_with(name)), "{name} is missing in {files:?}");
    }
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
        let folder = file.parent().unwrap();
        assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700, "{}", folder.display());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stolen_tables_and_images_open_nothing_without_the_key_ring() {
    let mut thief = Clinic::start().await;
    let victim = Clinic::start().await;
    let patient = victim.admin.admit("MRN-1").await;
    let image = victim.admin.upload(&patient, b"bytes of an image".to_vec()).await;
    victim.admin.analyse(&patient, None, "Found").await.expect(201);

    thief.service.kill9().unwrap();
    let mut tables = victim.tables().await;
    let copy = thief.data().join("patients.db");
    for file in thief.files().into_iter().filter(|file| file.to_string_lossy().contains("patients.db")) {
        std::fs::remove_file(file).unwrap();
    }
    sqlx::query("VACUUM INTO ?").bind(copy.to_str().unwrap()).execute(&mut tables).await.unwrap();
    let stolen = thief.image_file(&image);
    std::fs::copy(victim.image_file(&image), stolen).unwrap();
    thief.start_again().await;

    thief.admin.patient(&patient).await.expect_error(500, "unreadable");
    thief.admin.image(&patient, &image).await.expect_error(500, "unreadable");
    thief.admin.analyses(&patient).await.expect_error(500, "unreadable");
    assert!(thief.admin.search("MRN-1").await.is_empty(), "the blind index of another ring");
}
