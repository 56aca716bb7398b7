//! Somebody writes to the disk: a bit, a file in the place of another, a cell in the place of another.

use crate::harness::clinic::{Clinic, picture};
use serde_json::json;
use sqlx::SqliteConnection;
use std::fs;
use std::path::Path;

const CHUNK: usize = 64 * 1024;

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// Exchanges one cell between the two rows of `table`.
async fn swap(tables: &mut SqliteConnection, table: &str, column: &str) {
    let query = |text: String| sqlx::AssertSqlSafe(text);
    let select = query(format!("SELECT id, {column} FROM {table}"));
    let rows: Vec<(String, Vec<u8>)> = sqlx::query_as(select).fetch_all(&mut *tables).await.unwrap();
    let [(one, ones), (two, twos)] = &rows[..] else { panic!("not two rows: {}", rows.len()) };
    for (id, cell) in [(one, twos), (two, ones)] {
        let update = sqlx::query(query(format!("UPDATE {table} SET {column} = ? WHERE id = ?")));
        update.bind(cell).bind(id).execute(&mut *tables).await.unwrap();
    }
}

/// The audit log says which image or patient it was.
async fn assert_recorded(clinic: &Clinic, action: &str, resource: &str) {
    let events = clinic.admin.log(&format!("action={action}&outcome=error&")).await;
    let event = events.iter().find(|event| event["resource"]["id"] == resource);
    assert_eq!(event.map(|event| &event["reason"]), Some(&json!("does_not_open")), "{events:?}");
}

#[tokio::test]
async fn asvs_v11_3_3_bit_flip_no_flipped_image_is_served() {
    let clinic = Clinic::start().await;
    let patient = clinic.admin.admit("MRN-1").await;
    let image = clinic.admin.upload(&patient, picture(1, 1000)).await;
    let file = clinic.image_file(&image);
    let len = fs::read(&file).unwrap().len();
    for at in (0..len).step_by(7).chain(len - 17..len) {
        flip(&file, at);
        clinic.admin.image(&patient, &image).await.expect_error(500, "unreadable");
        flip(&file, at);
    }
    clinic.admin.image(&patient, &image).await.expect(200);
    assert_recorded(&clinic, "image.read", &image).await;
}

#[tokio::test]
async fn bit_flip_in_a_later_chunk_cuts_the_answer_before_the_first_wrong_byte() {
    let clinic = Clinic::start().await;
    let patient = clinic.admin.admit("MRN-1").await;
    let bytes = picture(1, 4 * CHUNK);
    let image = clinic.admin.upload(&patient, bytes.clone()).await;
    let file = clinic.image_file(&image);
    let len = fs::read(&file).unwrap().len();
    // In the third of four chunks.
    flip(&file, len - CHUNK - 16 - 1000);
    assert!(
        clinic.admin.getting_image(&patient, &image).try_send().await.is_err(),
        "the client sees that it broke off"
    );
    let inside = clinic
        .admin
        .getting_image(&patient, &image)
        .header("range", format!("bytes={}-{}", 2 * CHUNK, 2 * CHUNK));
    inside.send().await.expect_error(500, "unreadable");
    let before =
        clinic.admin.getting_image(&patient, &image).header("range", format!("bytes=0-{}", 2 * CHUNK - 1));
    assert!(before.send().await.expect(206).body == bytes[..2 * CHUNK]);
}

#[tokio::test]
async fn truncation_and_extension_are_seen_before_the_first_byte() {
    let clinic = Clinic::start().await;
    let patient = clinic.admin.admit("MRN-1").await;
    let image = clinic.admin.upload(&patient, picture(1, 3 * CHUNK)).await;
    let file = clinic.image_file(&image);
    let whole = fs::read(&file).unwrap();
    let chunk = CHUNK + 16;
    let payload = whole.len() - 3 * chunk;
    for len in [
        0,
        1,
        21,
        payload - 16,
        payload,
        payload + 1,
        payload + chunk,
        payload + 2 * chunk,
        whole.len() - 16,
        whole.len() - 1,
    ] {
        fs::write(&file, &whole[..len]).unwrap();
        clinic.admin.image(&patient, &image).await.expect_error(500, "unreadable");
        let first = clinic.admin.getting_image(&patient, &image).header("range", "bytes=0-0").send().await;
        first.expect_error(500, "unreadable");
    }
    for more in [1, 16, 17, chunk] {
        fs::write(&file, [&whole[..], &vec![0; more]].concat()).unwrap();
        clinic.admin.image(&patient, &image).await.expect_error(500, "unreadable");
    }
    fs::remove_file(&file).unwrap();
    clinic.admin.image(&patient, &image).await.expect_error(500, "unreadable");
    fs::write(&file, &whole).unwrap();
    clinic.admin.image(&patient, &image).await.expect(200);
}

#[tokio::test]
async fn asvs_v11_3_3_confusion_an_image_does_not_open_as_another() {
    let clinic = Clinic::start().await;
    let (ada, eve) = (clinic.admin.admit("MRN-1").await, clinic.admin.admit("MRN-2").await);
    let adas = clinic.admin.upload(&ada, picture(1, 1000)).await;
    let second = clinic.admin.upload(&ada, picture(2, 1000)).await;
    let eves = clinic.admin.upload(&eve, picture(3, 1000)).await;
    let own = fs::read(clinic.image_file(&adas)).unwrap();
    for other in [clinic.image_file(&second), clinic.image_file(&eves)] {
        fs::copy(other, clinic.image_file(&adas)).unwrap();
        clinic.admin.image(&ada, &adas).await.expect_error(500, "unreadable");
    }
    fs::write(clinic.image_file(&adas), own).unwrap();
    clinic.admin.image(&ada, &adas).await.expect(200);

    // The row says that it is Eve's.
    let mut tables = clinic.tables().await;
    sqlx::query("UPDATE images SET patient = ? WHERE id = ?")
        .bind(&eve)
        .bind(&adas)
        .execute(&mut tables)
        .await
        .unwrap();
    clinic.admin.image(&eve, &adas).await.expect_error(500, "unreadable");
}

#[tokio::test]
async fn asvs_v11_3_3_confusion_a_cell_does_not_open_in_the_place_of_another() {
    let clinic = Clinic::start().await;
    let staff = &clinic.admin;
    let (one, two) = (staff.admit("MRN-1").await, staff.admit("MRN-2").await);
    let mut tables = clinic.tables().await;
    for column in ["record", "name", "notes", "born"] {
        swap(&mut tables, "patients", column).await;
        for id in [&one, &two] {
            staff.patient(id).await.expect_error(500, "unreadable");
            assert_recorded(&clinic, "patient.read", id).await;
        }
        swap(&mut tables, "patients", column).await;
        staff.patient(&one).await.expect(200);
    }
    // Between the columns of one row.
    sqlx::query("UPDATE patients SET name = notes WHERE id = ?")
        .bind(&one)
        .execute(&mut tables)
        .await
        .unwrap();
    staff.patient(&one).await.expect_error(500, "unreadable");
    staff.get("/v1/patients?record=MRN-1").send().await.expect_error(500, "unreadable");
    staff.patient(&two).await.expect(200);
}

#[tokio::test]
async fn confusion_a_finding_does_not_open_as_another_or_as_another_patients() {
    let clinic = Clinic::start().await;
    let staff = &clinic.admin;
    let (one, two) = (staff.admit("MRN-1").await, staff.admit("MRN-2").await);
    staff.analyse(&one, None, "Healthy").await.expect(201);
    staff.analyse(&two, None, "Ill").await.expect(201);
    let mut tables = clinic.tables().await;
    swap(&mut tables, "analyses", "finding").await;
    staff.analyses(&one).await.expect_error(500, "unreadable");
    swap(&mut tables, "analyses", "finding").await;
    staff.analyses(&one).await.expect(200);
    sqlx::query("UPDATE analyses SET patient = ? WHERE patient = ?")
        .bind(&one)
        .bind(&two)
        .execute(&mut tables)
        .await
        .unwrap();
    staff.analyses(&one).await.expect_error(500, "unreadable");
    assert_recorded(&clinic, "analysis.list", &one).await;
}

#[tokio::test]
async fn confusion_a_forged_index_finds_nobody_else() {
    let clinic = Clinic::start().await;
    let staff = &clinic.admin;
    let (one, two) = (staff.admit("MRN-1").await, staff.admit("MRN-2").await);
    let mut tables = clinic.tables().await;
    sqlx::query("UPDATE patients SET record_index = (SELECT record_index FROM patients WHERE id = ?)")
        .bind(&one)
        .execute(&mut tables)
        .await
        .unwrap();
    let found = staff.search("MRN-1").await;
    assert_eq!(found.len(), 1, "candidates are opened and compared: {found:?}");
    assert_eq!(found[0]["id"], json!(one));
    staff.patient(&two).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asvs_v8_4_1_confusion_what_one_tenant_sealed_opens_for_no_other() {
    let mut clinic = Clinic::start().await;
    let patient = clinic.admin.admit("MRN-1").await;
    let image = clinic.admin.upload(&patient, picture(1, 100)).await;
    clinic.service.kill9().unwrap();
    clinic.start_again_with(|launch| launch.env("CLINIC_TENANT", "other")).await;
    clinic.admin.patient(&patient).await.expect_error(404, "not_found");
    clinic.admin.image(&patient, &image).await.expect_error(404, "not_found");
    assert!(clinic.admin.search("MRN-1").await.is_empty());

    let mut tables = clinic.tables().await;
    for table in ["patients", "images"] {
        let update = format!("UPDATE {table} SET tenant = 'other'");
        sqlx::query(sqlx::AssertSqlSafe(update)).execute(&mut tables).await.unwrap();
    }
    clinic.admin.patient(&patient).await.expect_error(500, "unreadable");
    clinic.admin.image(&patient, &image).await.expect_error(500, "unreadable");
    assert!(clinic.admin.search("MRN-1").await.is_empty(), "the index is the other tenant's");
}
