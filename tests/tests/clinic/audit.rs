//! Every access is on record.

use crate::harness::client::{Answer, Call};
use crate::harness::clinic::{Clinic, id, picture};
use serde_json::{Value, json};

#[tokio::test]
async fn asvs_v16_2_1_every_access_is_recorded_with_who_what_and_where() {
    let clinic = Clinic::start().await;
    let doctor = clinic.hire("clinician").await.at(clinic.client_number(9));
    let new = json!({"record": "MRN-1", "name": "Ada"});
    let patient = id(&agent(doctor.post("/v1/patients").json(&new)).await.expect(201));
    agent(doctor.get(&format!("/v1/patients/{patient}"))).await.expect(200);
    agent(doctor.get("/v1/patients?record=MRN-1")).await.expect(200);
    agent(doctor.get("/v1/patients?record=MRN-9")).await.expect(200);
    let image = id(&agent(doctor.sending_image(&patient, picture(1, 9))).await.expect(201));
    agent(doctor.getting_image(&patient, &image)).await.expect(200);
    let finding = json!({"patient": patient, "image": image, "finding": "Found"});
    let analysis = id(&agent(doctor.post("/v1/analyses").json(&finding)).await.expect(201));
    agent(doctor.get(&format!("/v1/analyses?patient={patient}"))).await.expect(200);
    let nobody = "01a2016a-2eeb-74a4-b787-37772d90c8af";
    agent(doctor.get(&format!("/v1/patients/{nobody}"))).await.expect(404);

    let mut events = clinic.admin.log(&format!("actor={}&", doctor.id)).await;
    events.retain(|event| event["client"]["user_agent"] == "ward-7/2.1" && event["action"] != "http.request");
    events.reverse();
    let told: Vec<_> = events
        .iter()
        .map(|event| (text(&event["action"]), text(&event["outcome"]), text(&event["resource"]["id"])))
        .collect();
    let expected = [
        ("patient.create", "success", patient.as_str()),
        ("patient.read", "success", &patient),
        ("patient.search", "success", "main"),
        ("patient.read", "success", &patient),
        ("patient.search", "success", "main"),
        ("image.create", "success", &image),
        ("image.read", "success", &image),
        ("analysis.create", "success", &analysis),
        ("analysis.list", "success", &patient),
        ("patient.read", "failure", nobody),
    ];
    assert_eq!(told, expected);
    for event in &events {
        assert_eq!((text(&event["client"]["ip"]), text(&event["tenant"])), ("127.1.0.9", "main"), "{event}");
        assert!(event["request_id"].is_string() && event["session"].is_string(), "{event}");
    }
    assert_eq!((&events[2]["details"]["found"], &events[4]["details"]["found"]), (&json!(1), &json!(0)));
}

/// Sends `call` from the ward's own program.
async fn agent(call: Call<'_>) -> Answer {
    call.header("user-agent", "ward-7/2.1").send().await
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_record_is_there_before_the_answer() {
    let mut clinic = Clinic::start().await;
    let patient = clinic.admin.admit("MRN-1").await;
    clinic.admin.patient(&patient).await.expect(200);
    // Nothing that waits in memory survives this.
    clinic.service.kill9().unwrap();
    clinic.start_again().await;
    assert_eq!(clinic.admin.log("action=patient.create&").await.len(), 1);
    assert_eq!(clinic.admin.log("action=patient.read&").await.len(), 1);
}

#[tokio::test]
async fn asvs_v16_2_5_no_patient_is_in_the_audit_log_but_by_id() {
    let clinic = Clinic::start().await;
    let staff = &clinic.admin;
    let new = json!({"record": "MRN-MARKER", "name": "Ada Marker", "notes": "Marker of notes"});
    let patient = id(&staff.post("/v1/patients").json(&new).send().await.expect(201));
    staff.patient(&patient).await.expect(200);
    staff.search("MRN-MARKER").await;
    staff.search("MARKER").await;
    staff.analyse(&patient, None, "Marker of finding").await.expect(201);
    staff.analyses(&patient).await.expect(200);
    let log = json!(staff.client.audit_of_requests(&staff.tokens.access, "", 14).await).to_string();
    assert!(log.contains(&patient) && log.contains("/v1/patients"), "this is the log");
    assert!(!log.to_lowercase().contains("marker"), "{log}");
}
