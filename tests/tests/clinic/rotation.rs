//! A new key while the clinic works.

use crate::harness::clinic::{Clinic, picture};
use serde_json::{Value, json};
use sqlx::Row;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

impl Clinic {
    async fn keys(&self) -> Value {
        self.admin.get("/v1/admin/keys").send().await.expect(200).json()
    }

    async fn rotate(&self) -> u64 {
        self.admin.post("/v1/admin/keys/rotate").send().await.expect(202).json()["active"]
            .as_u64()
            .expect("an id")
    }

    /// Waits until nothing is left under an older key.
    async fn resealed(&self) -> Value {
        for _ in 0..200 {
            let keys = self.keys().await;
            if keys["reseal"]["state"] == "finished" {
                return keys;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("not finished after ten seconds: {}", self.keys().await);
    }

    /// Every sealed cell of the tables.
    async fn cells(&self) -> Vec<Vec<u8>> {
        let mut tables = self.tables().await;
        let mut cells = Vec::new();
        for query in ["SELECT record, name, notes, born FROM patients", "SELECT finding FROM analyses"] {
            for row in sqlx::query(query).fetch_all(&mut tables).await.unwrap() {
                cells.extend((0..row.len()).filter_map(|n| row.get::<Option<Vec<u8>>, _>(n)));
            }
        }
        cells
    }
}

/// Envelope v1: version, flags, then the key's id, four bytes, big end first.
fn key_of(cell: &[u8]) -> u64 {
    u32::from_be_bytes(cell[2..6].try_into().unwrap()).into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asvs_v11_2_2_after_a_rotation_all_rows_and_images_are_under_the_new_key_and_readable() {
    let mut clinic = Clinic::start().await;
    let before = clinic.keys().await["keys"][0]["id"].as_u64().unwrap();
    let mut patients = Vec::new();
    for n in 0..120_u64 {
        let patient = clinic.admin.admit(&format!("MRN-{n}")).await;
        if n.is_multiple_of(10) {
            let image = clinic.admin.upload(&patient, picture(n, 70_000)).await;
            patients.push((n, patient.clone(), image));
        }
        clinic.admin.analyse(&patient, None, &format!("Finding {n}")).await.expect(201);
    }
    let active = clinic.rotate().await;
    assert_ne!(active, before);
    let during = clinic.admin.admit("MRN-during").await;
    let keys = clinic.resealed().await;
    assert_eq!(keys["active"], json!(active));
    assert_eq!(keys["keys"][0]["state"], json!("decrypt-only"));
    let cells = clinic.cells().await;
    assert_eq!(cells.len(), 121 * 4 + 120);
    assert!(cells.iter().all(|cell| key_of(cell) == active), "a cell is left under an older key");

    for name in ["pepper", "refresh", "signing"] {
        let secret = std::fs::read(clinic.data().join(format!("{name}.sealed"))).unwrap();
        assert_eq!(key_of(&secret), active, "{name}");
    }

    for (n, patient, image) in &patients {
        let read = clinic.admin.patient(patient).await.expect(200).json();
        assert_eq!(read["name"], json!(format!("Name of MRN-{n}")));
        assert!(clinic.admin.image(patient, image).await.expect(200).body == picture(*n, 70_000));
        assert_eq!(clinic.admin.search(&format!("MRN-{n}")).await.len(), 1, "the blind index goes on");
    }
    clinic.admin.patient(&during).await.expect(200);
    let events = clinic.admin.log("action=keys.rotate&outcome=success&").await;
    assert_eq!(events[0]["resource"], json!({"kind": "key", "id": active.to_string()}));

    // What the new key has sealed opens after a restart.
    clinic.service.kill9().unwrap();
    clinic.start_again().await;
    clinic.admin.patient(&during).await.expect(200);
    assert_eq!(clinic.keys().await["active"], json!(active));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crash_in_the_middle_of_a_rotation_is_made_good_after_the_restart() {
    let mut clinic = Clinic::start_with(|launch| launch.env("CLINIC_ROWS_PER_SECOND", "20")).await;
    let mut patients = Vec::new();
    for n in 0..60 {
        patients.push(clinic.admin.admit(&format!("MRN-{n}")).await);
    }
    let active = clinic.rotate().await;
    clinic.service.kill9().unwrap();
    assert!(clinic.cells().await.iter().any(|cell| key_of(cell) != active), "killed in the middle");
    clinic.start_again_with(|launch| launch.env("CLINIC_ROWS_PER_SECOND", "20000")).await;
    clinic.resealed().await;
    assert!(clinic.cells().await.iter().all(|cell| key_of(cell) == active));
    for patient in &patients {
        clinic.admin.patient(patient).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn race_an_upload_that_began_before_the_rotation_is_waited_for_and_moved() {
    let clinic = Clinic::start().await;
    let patient = clinic.admin.admit("MRN-1").await;
    let before = clinic.keys().await["active"].as_u64().unwrap();
    let bytes = picture(1, 200_000);
    let mut upload = TcpStream::connect(clinic.service.addr()).await.unwrap();
    let head = format!(
        "POST /v1/patients/{patient}/images HTTP/1.1\r\nhost: test\r\nconnection: close\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n\r\n",
        clinic.admin.tokens.access,
        bytes.len()
    );
    upload.write_all(head.as_bytes()).await.unwrap();
    upload.write_all(&bytes[..100_000]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let active = clinic.rotate().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(clinic.keys().await["reseal"]["state"], "running", "half of it is still to come");
    upload.write_all(&bytes[100_000..]).await.unwrap();
    let mut answer = String::new();
    upload.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");

    let keys = clinic.resealed().await;
    assert_eq!(keys["reseal"]["resealed"], json!(2), "the patient and the image: {keys}");
    let image: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let image = image["id"].as_str().unwrap();
    let file = std::fs::read(clinic.image_file(image)).unwrap();
    let stanza = |key: u64| format!("\n-> stockade.ring/v1 {key} ").into_bytes();
    let has = |stanza: &[u8]| file.windows(stanza.len()).any(|window| window == stanza);
    assert!(has(&stanza(active)) && !has(&stanza(before)));
    assert!(clinic.admin.image(&patient, image).await.expect(200).body == bytes);
}
