//! Answers that take a person to get, held against the document: a tool that makes requests up sees refusals most of the time.

use crate::harness::authenticator::Authenticator;
use crate::harness::client::{Answer, Client};
use crate::harness::exam::{Backend, Exam, backup_codes};
use crate::harness::hello::{PASSWORD, Tokens};
use http::Method;
use serde_json::{Value, json};

/// The document, and a client that holds each answer against it.
struct Checked {
    client: Client,
    document: Value,
    seen: std::cell::RefCell<Vec<String>>,
}

impl Checked {
    /// Sends a request to an operation, `{…}` in whose path stands for `parameter`.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        parameter: &str,
        token: &str,
        body: Option<Value>,
    ) -> Answer {
        let at = match path.split_once('{') {
            Some((before, rest)) => {
                let (_, after) = rest.split_once('}').expect("a parameter");
                format!("{before}{parameter}{after}")
            }
            None => path.to_owned(),
        };
        let mut call = self.client.call(method.clone(), &at);
        if !token.is_empty() {
            call = call.bearer(token);
        }
        if let Some(body) = &body {
            call = call.json(body);
        }
        let answer = call.send().await;
        self.hold(&format!("{method} {path}"), &answer);
        answer
    }

    #[track_caller]
    fn hold(&self, operation: &str, answer: &Answer) {
        let (method, path) = operation.split_once(' ').expect("a method");
        let response =
            &self.document["paths"][path][method.to_lowercase()]["responses"][answer.status.to_string()];
        assert!(
            response.is_object(),
            "{operation} is not documented to answer {}: {answer:?}",
            answer.status
        );
        let response = self.resolve(response);
        match response["content"]["application/json"]["schema"].as_object() {
            Some(schema) => {
                let wrong = self.wrong(&Value::Object(schema.clone()), &answer.json());
                assert!(wrong.is_none(), "{operation}: {}: {answer:?}", wrong.unwrap_or_default());
            }
            None => assert!(answer.body.is_empty(), "{operation}: {answer:?}"),
        }
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            let required = self.resolve(header)["required"] == true;
            assert!(!required || answer.headers.contains_key(name), "{operation}: no {name}: {answer:?}");
        }
        self.seen.borrow_mut().push(format!("{operation} {}", answer.status));
    }

    fn resolve<'a>(&'a self, part: &'a Value) -> &'a Value {
        match part["$ref"].as_str() {
            Some(reference) => self.document.pointer(&reference[1..]).expect("it leads somewhere"),
            None => part,
        }
    }

    /// What is wrong with `value`, by as much of JSON Schema as the document uses for answers.
    fn wrong(&self, schema: &Value, value: &Value) -> Option<String> {
        let schema = self.resolve(schema);
        for (word, exactly_one) in [("anyOf", false), ("oneOf", true)] {
            if let Some(choices) = schema[word].as_array() {
                let fitting = choices.iter().filter(|choice| self.wrong(choice, value).is_none()).count();
                if fitting == 0 || (exactly_one && fitting > 1) {
                    return Some(format!("{fitting} of {choices:?} fit {value}"));
                }
            }
        }
        let allowed =
            schema["const"].as_str().map(|only| vec![json!(only)]).or(schema["enum"].as_array().cloned());
        if allowed.is_some_and(|allowed| !allowed.contains(value)) {
            return Some(format!("{value} is not among {schema}"));
        }
        let is = |kind: &str| match kind {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_u64() || value.is_i64(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            other => panic!("unknown type {other}"),
        };
        let fits = match &schema["type"] {
            Value::String(kind) => is(kind),
            Value::Array(kinds) => kinds.iter().any(|kind| is(kind.as_str().expect("a type"))),
            _ => true,
        };
        if !fits {
            return Some(format!("{value} is no {}", schema["type"]));
        }
        if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
            return values.iter().find_map(|value| self.wrong(items, value));
        }
        self.wrong_member(schema, value)
    }

    fn wrong_member(&self, schema: &Value, value: &Value) -> Option<String> {
        let members = value.as_object()?;
        let required = schema["required"].as_array().into_iter().flatten();
        for name in required.filter_map(Value::as_str) {
            if !members.contains_key(name) {
                return Some(format!("`{name}` is missing"));
            }
        }
        members.iter().find_map(|(name, member)| match schema["properties"].get(name) {
            Some(schema) => self.wrong(schema, member).map(|wrong| format!("`{name}`: {wrong}")),
            None if schema["additionalProperties"] == false => Some(format!("`{name}` is not documented")),
            None => None,
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_get_is_what_the_document_says() {
    let exam = Exam::start_with(Backend::Sqlite, |launch| {
        launch.args(["--insecure-generous-limits", "--max-sessions", "9"])
    });
    let document = exam.client().get("/openapi.json").send().await.expect(200).json();
    let api = Checked { client: exam.client(), document, seen: Vec::new().into() };
    let tokens = json!({"$ref": "#/components/schemas/Tokens"});
    let pair = json!({"access_token": "a", "refresh_token": "b", "token_type": "bearer", "expires_in": 1});
    assert_eq!(api.wrong(&tokens, &pair), None);
    for (name, value) in [("status", json!("x")), ("token_type", json!("mac")), ("expires_in", json!("1"))] {
        let mut other = pair.clone();
        other[name] = value;
        assert!(api.wrong(&tokens, &other).is_some(), "the checker can say no: {name}");
    }
    let post =
        async |path: &str, token: &str, body: Value| api.ask(Method::POST, path, "", token, Some(body)).await;
    let get = async |path: &str, token: &str| api.ask(Method::GET, path, "", token, None).await;

    let person = |email: &str| json!({"name": "Ada", "email": email, "password": PASSWORD});
    for email in ["admin@example.org", "bob@example.org"] {
        post("/v1/auth/signup", "", person(email)).await.expect(202);
        let token = exam.mail.open(email, "verify_email").await.token();
        post("/v1/auth/verify-email", "", json!({"token": token})).await.expect(204);
    }
    let login = |email: &str| json!({"email": email, "password": PASSWORD});
    let bob = Tokens::from(&post("/v1/auth/login", "", login("bob@example.org")).await.expect(200));
    let me = get("/v1/auth/me", &bob.access).await.expect(200).json();
    let bob_id = me["id"].as_str().unwrap();
    let first = Tokens::from(&post("/v1/auth/login", "", login("admin@example.org")).await.expect(200));
    let first = Tokens::from(
        &post("/v1/auth/refresh", "", json!({"refresh_token": first.refresh})).await.expect(200),
    );
    let enrolment = post("/v1/auth/mfa/enroll", &first.access, json!({})).await.expect(200).json();
    let mut app = Authenticator::new(enrolment["secret"].as_str().unwrap());
    let confirm = json!({"code": app.code().await});
    let codes = backup_codes(&post("/v1/auth/mfa/confirm", &first.access, confirm).await.expect(200));
    let pending = post("/v1/auth/login", "", login("admin@example.org")).await.expect(200).json();
    let completion = json!({"pending_token": pending["pending_token"], "code": app.code().await});
    let admin = Tokens::from(&post("/v1/auth/mfa/complete", "", completion).await.expect(200));
    let token = admin.access.as_str();
    let regenerate = json!({"backup_code": codes[0]});
    post("/v1/auth/mfa/backup-codes/regenerate", token, regenerate).await.expect(200);

    for path in
        ["/v1/auth/mfa", "/v1/auth/sessions", "/v1/exam/papers", "/v1/admin/signing-keys", "/v1/admin/audit"]
    {
        get(path, token).await.expect(200);
    }
    for path in ["/.well-known/jwks.json", "/health", "/ready", "/openapi.json"] {
        get(path, "").await.expect(200);
    }
    api.ask(Method::DELETE, "/v1/auth/sessions/others", "", token, None).await.expect(200);
    let key = json!({"name": "script", "scopes": ["paper:read"]});
    let key = post("/v1/auth/api-keys", token, key).await.expect(201).json();
    let id = key["id"].as_str().unwrap();
    let rotate = "/v1/auth/api-keys/{id}/rotate";
    api.ask(Method::POST, rotate, id, token, Some(json!({}))).await.expect(201);
    get("/v1/auth/api-keys", token).await.expect(200);
    api.ask(Method::DELETE, "/v1/auth/api-keys/{id}", id, token, None).await.expect(204);

    post("/v1/exam/publish", token, json!({"paper": "logic-1"})).await.expect(200);
    post("/v1/exam/reviews", token, json!({"paper": "logic-1", "points": 50})).await.expect(201);
    let borrow = json!({"subject": bob_id, "reason": "ticket 7"});
    post("/v1/admin/impersonate", token, borrow).await.expect(200);
    for (path, status) in [
        ("password-reset", 202),
        ("mfa/remove", 204),
        ("disable", 204),
        ("enable", 204),
        ("end-sessions", 204),
    ] {
        let path = format!("/v1/admin/accounts/{{id}}/{path}");
        api.ask(Method::POST, &path, bob_id, token, None).await.expect(status);
    }
    api.ask(Method::POST, "/v1/admin/signing-keys/rotate", "", token, None).await.expect(202);

    let bob = Tokens::from(&post("/v1/auth/login", "", login("bob@example.org")).await.expect(200));
    let step_up = json!({"password": PASSWORD});
    let bob = Tokens::from(&post("/v1/auth/reauthenticate", &bob.access, step_up).await.expect(200));
    let change = json!({"current_password": PASSWORD, "new_password": "another horse, another staple"});
    let bob = Tokens::from(&post("/v1/auth/password/change", &bob.access, change.clone()).await.expect(200));
    post("/v1/auth/logout", "", json!({"refresh_token": bob.refresh})).await.expect(204);
    let changed = post("/v1/auth/password/change", token, change).await.expect(200);
    assert_eq!(changed.json()["status"], "mfa_required");
    assert!(api.seen.borrow().len() >= 40, "{:?}", api.seen.borrow());
}
