//! Every route, walked through by people who may.

use crate::harness::clinic::{Clinic, id, picture};
use http::Method;
use serde_json::json;

#[tokio::test]
async fn from_admission_to_finding() {
    let clinic = Clinic::start().await;
    let doctor = clinic.hire("clinician").await;
    let body = json!({"record": "MRN-0042", "name": "Ada Lovelace", "notes": "Fever\nsince Monday", "born": "1815-12-10"});
    let patient = id(&doctor.post("/v1/patients").json(&body).send().await.expect(201));

    let read = doctor.patient(&patient).await.expect(200);
    assert_eq!(read.header("cache-control"), "no-store");
    let read = read.json();
    for field in ["record", "name", "notes", "born"] {
        assert_eq!(read[field], body[field], "{read}");
    }
    assert_eq!(read["id"], json!(patient));
    assert_eq!(doctor.search("MRN-0042").await, [read]);

    let bytes = picture(1, 200_000);
    let image = doctor.upload(&patient, bytes.clone()).await;
    let answer = doctor.image(&patient, &image).await.expect(200);
    assert!(answer.body == bytes, "the image comes back as it was sent");
    assert_eq!(answer.header("content-length"), "200000");
    assert_eq!(answer.header("accept-ranges"), "bytes");
    // To be saved, under a name of ours, and never to be looked at as a page.
    assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{image}\""));
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");

    let with = id(&doctor.analyse(&patient, Some(&image), "A shadow, upper left").await.expect(201));
    let without = id(&doctor.analyse(&patient, None, "Seems well otherwise").await.expect(201));
    let list = doctor.analyses(&patient).await.expect(200).json();
    let list = list["analyses"].as_array().unwrap();
    assert_eq!((&list[0]["id"], &list[1]["id"]), (&json!(without), &json!(with)), "newest first");
    assert_eq!((&list[1]["finding"], &list[1]["image"]), (&json!("A shadow, upper left"), &json!(image)));
    assert_eq!((&list[0]["author"], &list[0]["image"]), (&json!(doctor.id), &json!(null)));
}

#[tokio::test]
async fn search_finds_equal_numbers_and_nothing_else() {
    let clinic = Clinic::start().await;
    let staff = &clinic.admin;
    assert!(staff.search("MRN-1").await.is_empty(), "an empty house");
    let one = staff.admit("MRN-1").await;
    let same = staff.admit("MRN-1").await;
    staff.admit("MRN-10").await;
    staff.admit("mrn-2").await;
    let found: Vec<_> = staff.search("MRN-1").await.iter().map(|patient| patient["id"].clone()).collect();
    assert_eq!(found, [json!(one), json!(same)]);
    for absent in ["MRN", "MRN-100", "MRN-1%", "MRN-_", "' OR 1=1 --", "", " "] {
        assert!(staff.search(absent).await.is_empty(), "{absent}");
    }
}

#[tokio::test]
async fn a_long_list_of_analyses_comes_in_pages() {
    let clinic = Clinic::start().await;
    let staff = &clinic.admin;
    let patient = staff.admit("MRN-1").await;
    for n in 0..103 {
        staff.analyse(&patient, None, &format!("Finding {n}")).await.expect(201);
    }
    let first = staff.analyses(&patient).await.expect(200).json();
    assert_eq!(first["analyses"].as_array().unwrap().len(), 100);
    let next = first["next_before"].as_str().unwrap();
    let last =
        staff.get(&format!("/v1/analyses?patient={patient}&before={next}")).send().await.expect(200).json();
    let findings: Vec<_> =
        last["analyses"].as_array().unwrap().iter().map(|one| one["finding"].clone()).collect();
    assert_eq!(findings, [json!("Finding 2"), json!("Finding 1"), json!("Finding 0")]);
    assert_eq!(last["next_before"], json!(null));
}

#[tokio::test]
async fn asvs_v2_2_1_what_makes_no_sense_is_refused_by_the_name_of_its_field() {
    let clinic = Clinic::start().await;
    let staff = &clinic.admin;
    let patient = staff.admit("MRN-1").await;
    let good = json!({"record": "MRN-2", "name": "Ada"});
    staff.post("/v1/patients").json(&good).send().await.expect(201);
    for (field, value) in [
        ("record", json!("")),
        ("record", json!("x".repeat(257))),
        ("record", json!(7)),
        ("name", json!(" ")),
        ("name", json!("two\nlines")),
        ("notes", json!("x".repeat(32 * 1024 + 1))),
        ("born", json!("yesterday")),
        ("born", json!("1815-13-10")),
        ("tenant", json!("other")),
        ("id", json!(patient)),
    ] {
        let mut body = good.clone();
        body[field] = value;
        let answer = staff.post("/v1/patients").json(&body).send().await.expect_error(400, "invalid_input");
        assert_eq!(answer.json()["error"]["details"][0]["field"], json!(field), "{answer:?}");
    }
    for path in [
        "/v1/patients",
        "/v1/patients?record=a&record=b",
        "/v1/patients?name=Ada",
        "/v1/patients/nonsense",
        "/v1/analyses",
        "/v1/analyses?patient=7",
    ] {
        staff.get(path).send().await.expect_error(400, "invalid_input");
    }
    staff.analyse(&patient, None, "").await.expect_error(400, "invalid_input");
}

#[tokio::test]
async fn asvs_v8_2_2_what_is_not_there_is_not_found() {
    let clinic = Clinic::start().await;
    let staff = &clinic.admin;
    let (one, other) = (staff.admit("MRN-1").await, staff.admit("MRN-2").await);
    let image = staff.upload(&one, picture(1, 100)).await;
    let nobody = "01a2016a-2eeb-74a4-b787-37772d90c8af";
    staff.patient(nobody).await.expect_error(404, "not_found");
    staff.analyses(nobody).await.expect_error(404, "not_found");
    staff.image(&one, nobody).await.expect_error(404, "not_found");
    staff.image(&other, &image).await.expect_error(404, "not_found");
    staff.sending_image(nobody, picture(1, 100)).send().await.expect_error(404, "not_found");
    staff.analyse(nobody, None, "Found").await.expect_error(404, "not_found");
    staff.analyse(&other, Some(&image), "Found").await.expect_error(404, "not_found");
    for path in ["/v1/images", "/v1/patients/../patients", "/v1/patients/x/y/z/w"] {
        staff.get(path).send().await.expect_error(404, "not_found");
    }
    let wrong =
        staff.client.call(Method::DELETE, &format!("/v1/patients/{one}")).bearer(&staff.tokens.access);
    wrong.send().await.expect_error(405, "method_not_allowed");
}

#[tokio::test]
async fn health_and_keys_are_as_in_every_example() {
    let clinic = Clinic::start().await;
    let client = clinic.client();
    assert_eq!(client.get("/health").send().await.expect(200).json(), json!({"status": "ok"}));
    assert!(client.get("/.well-known/jwks.json").send().await.expect(200).json()["keys"].is_array());
}

#[tokio::test]
async fn asvs_v14_2_2_no_answer_about_a_patient_is_kept_on_its_way_or_in_the_server() {
    let clinic = Clinic::start().await;
    let doctor = clinic.hire("clinician").await;
    let patient = doctor.admit("MRN-1").await;
    let image = doctor.upload(&patient, picture(1, 1000)).await;
    let paths = [
        format!("/v1/patients/{patient}"),
        "/v1/patients?record=MRN-1".to_owned(),
        format!("/v1/patients/{patient}/images/{image}"),
        format!("/v1/analyses?patient={patient}"),
    ];
    for path in &paths {
        let answer = doctor.get(path).send().await.expect(200);
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    // What the tables no longer have, the server no longer knows.
    sqlx::raw_sql("DELETE FROM images; DELETE FROM patients")
        .execute(&mut clinic.tables().await)
        .await
        .unwrap();
    assert!(doctor.search("MRN-1").await.is_empty());
    for path in [&paths[0], &paths[2]] {
        doctor.get(path).send().await.expect(404);
    }
}
