//! Who may what.

use crate::harness::clinic::{Clinic, Staff, picture};
use http::Method;
use serde_json::{Value, json};

/// Every route that needs a permission, and what each role gets from it.
const TABLE: [(&str, [u16; 3]); 16] = [
    //                                admin  clinician  viewer
    ("POST /v1/patients", [201, 201, 403]),
    ("GET /v1/patients/PATIENT", [200, 200, 200]),
    ("GET /v1/patients?record=MRN-1", [200, 200, 200]),
    ("POST /v1/patients/PATIENT/images", [201, 201, 403]),
    ("GET /v1/patients/PATIENT/images/IMAGE", [200, 200, 403]),
    ("POST /v1/analyses", [201, 201, 403]),
    ("GET /v1/analyses?patient=PATIENT", [200, 200, 200]),
    ("POST /v1/chat", [200, 200, 200]),
    ("GET /v1/admin/chats", [200, 403, 403]),
    ("PUT /v1/admin/users/ACCOUNT/roles/viewer", [204, 403, 403]),
    ("GET /v1/admin/audit", [200, 403, 403]),
    ("GET /v1/admin/keys", [200, 403, 403]),
    ("POST /v1/admin/keys/rotate", [202, 403, 403]),
    ("PUT /v1/patients/PATIENT/images/IMAGE/holds/case-7", [204, 403, 403]),
    ("DELETE /v1/patients/PATIENT/images/IMAGE/holds/case-7", [204, 403, 403]),
    // Last: the others need it.
    ("DELETE /v1/patients/PATIENT/images/IMAGE", [200, 403, 403]),
];

struct House {
    clinic: Clinic,
    patient: String,
    image: String,
}

impl House {
    async fn open() -> Self {
        let clinic = Clinic::start().await;
        let patient = clinic.admin.admit("MRN-1").await;
        let image = clinic.admin.upload(&patient, picture(1, 1000)).await;
        Self { clinic, patient, image }
    }

    async fn ask(&self, route: &str, token: Option<&str>) -> crate::harness::client::Answer {
        let route = route
            .replace("PATIENT", &self.patient)
            .replace("IMAGE", &self.image)
            .replace("ACCOUNT", &self.clinic.admin.id);
        let (method, path) = route.split_once(' ').unwrap();
        let client = self.clinic.client();
        let call = client.call(method.parse::<Method>().unwrap(), path);
        let call = token.into_iter().fold(call, |call, token| call.bearer(token));
        match (method, path) {
            ("POST", "/v1/patients") => call.json(&json!({"record": "MRN-1", "name": "Ada"})).send().await,
            ("POST", "/v1/analyses") => {
                call.json(&json!({"patient": self.patient, "finding": "Found"})).send().await
            }
            ("POST", "/v1/chat") => call.json(&json!({"message": "Where do I find my shifts?"})).send().await,
            ("PUT", path) if path.contains("/holds/") => {
                call.json(&json!({"reason": "a court"})).send().await
            }
            ("POST", path) if path.ends_with("images") => call.body("image/png", "bytes").send().await,
            _ => call.send().await,
        }
    }
}

#[tokio::test]
async fn asvs_v8_2_1_each_role_gets_what_the_table_says_and_no_more() {
    let house = House::open().await;
    let staff =
        [house.clinic.admin.clone(), house.clinic.hire("clinician").await, house.clinic.hire("viewer").await];
    for (route, expected) in TABLE {
        let mut seen = Vec::new();
        for person in &staff {
            seen.push(house.ask(route, Some(&person.tokens.access)).await.status);
        }
        assert_eq!(seen, expected, "{route}");
    }
}

#[tokio::test]
async fn asvs_v14_3_2_no_answer_is_kept_by_a_cache_nor_taken_for_a_page() {
    let house = House::open().await;
    for (route, [status, ..]) in TABLE {
        for (token, expected) in [(Some(house.clinic.admin.tokens.access.as_str()), status), (None, 401)] {
            let answer = house.ask(route, token).await.expect(expected);
            assert_eq!(answer.header("cache-control"), "no-store", "{route}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{route}");
        }
    }
}

#[tokio::test]
async fn asvs_v14_2_1_a_token_in_the_query_string_opens_nothing() {
    let house = House::open().await;
    let token = &house.clinic.admin.tokens.access;
    let client = house.clinic.client();
    for path in [
        format!("/v1/patients/{}?access_token={token}", house.patient),
        format!("/v1/patients?record=MRN-1&token={token}"),
        format!("/v1/patients/{}/images/{}?access_token={token}", house.patient, house.image),
    ] {
        client.get(&path).send().await.expect_error(401, "unauthenticated");
    }
}

#[tokio::test]
async fn asvs_v8_3_1_nobody_gets_anything_without_a_token_or_without_a_role() {
    let house = House::open().await;
    let stranger = house.clinic.client().join("stranger@example.org").await;
    for (route, _) in TABLE {
        house.ask(route, None).await.expect_error(401, "unauthenticated");
        house.ask(route, Some(&stranger.access)).await.expect_error(403, "forbidden");
    }
}

#[tokio::test]
async fn asvs_v8_2_3_a_viewer_reads_patients_without_their_notes() {
    let house = House::open().await;
    let viewer = house.clinic.hire("viewer").await;
    let mut patients = viewer.search("MRN-1").await;
    patients.push(viewer.patient(&house.patient).await.expect(200).json());
    assert_eq!(patients.len(), 2);
    for patient in patients {
        let members: Vec<_> = patient.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["born", "created_at", "id", "name", "record"]);
    }
    assert_eq!(house.clinic.admin.patient(&house.patient).await.json()["notes"], json!("Notes on MRN-1"));
}

#[tokio::test]
async fn asvs_v16_3_2_each_refusal_is_on_record_with_who_where_and_what() {
    let house = House::open().await;
    let viewer = house.clinic.hire("viewer").await.at(house.clinic.client_number(7));
    let path = format!("/v1/patients/{}/images/{}", house.patient, house.image);
    viewer.get(&path).header("user-agent", "snoop/1").send().await.expect_error(403, "forbidden");
    let filter = format!("actor={}&outcome=denied&", viewer.id);
    let denied = refused(&house.clinic.admin, &filter).await;
    assert_eq!(denied["resource"]["id"], json!(path));
    assert_eq!(
        (&denied["client"]["ip"], &denied["client"]["user_agent"]),
        (&json!("127.1.0.7"), &json!("snoop/1"))
    );
    assert_eq!(denied["reason"], "not_granted");
}

async fn refused(admin: &Staff, filter: &str) -> Value {
    let mut events = admin.client.audit_of_requests(&admin.tokens.access, filter, 1).await;
    assert_eq!(events.len(), 1, "{events:?}");
    events.remove(0)
}

#[tokio::test]
async fn a_role_is_granted_by_who_may_and_counts_from_the_next_login() {
    let clinic = Clinic::start().await;
    let client = clinic.client();
    let early = client.join("new@example.org").await;
    let id = client.me(&early.access).await.json()["id"].as_str().unwrap().to_owned();
    clinic.admin.grant(&id, "clinician").await.expect(204);
    clinic.admin.grant(&id, "clinician").await.expect(204);
    let staff = Staff::sign_in(client, "new@example.org").await;
    staff.admit("MRN-1").await;
    staff.grant(&id, "admin").await.expect_error(403, "forbidden");

    clinic.admin.grant(&id, "emperor").await.expect_error(400, "invalid_input");
    clinic.admin.grant(&id, "ADMIN").await.expect_error(400, "invalid_input");
    clinic.admin.grant("nobody", "viewer").await.expect_error(404, "not_found");
    let grants = clinic.admin.log("action=rbac.role_grant&outcome=success&").await;
    let grant = grants.iter().find(|grant| grant["resource"]["id"] == json!(id)).unwrap();
    assert_eq!((&grant["actor"], &grant["details"]["role"]), (&json!(clinic.admin.id), &json!("clinician")));
}
