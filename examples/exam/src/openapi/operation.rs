//! One method on one path.

use super::responses::reference;
use serde_json::{Map, Value, json};

/// An operation in the making.
pub(super) struct Operation {
    pub(super) path: &'static str,
    pub(super) method: &'static str,
    pub(super) value: Map<String, Value>,
}

impl Operation {
    pub(super) fn get(path: &'static str, id: &str, summary: &str) -> Self {
        Self::new("get", path, id, summary)
    }

    pub(super) fn post(path: &'static str, id: &str, summary: &str) -> Self {
        Self::new("post", path, id, summary)
    }

    pub(super) fn put(path: &'static str, id: &str, summary: &str) -> Self {
        Self::new("put", path, id, summary)
    }

    pub(super) fn delete(path: &'static str, id: &str, summary: &str) -> Self {
        Self::new("delete", path, id, summary)
    }

    /// Behind the wall: a token that is not good is 401 even where none is needed, floods are 429, and where nothing can be
    /// recorded or counted it is 503.
    fn new(method: &'static str, path: &'static str, id: &str, summary: &str) -> Self {
        let members = [
            ("operationId", json!(id)),
            ("summary", json!(summary)),
            ("security", json!([])),
            ("responses", json!({})),
        ];
        let value = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { path, method, value }.refuses(&[401, 429, 503])
    }

    /// Beside the wall: none of its refusals.
    pub(super) fn open(mut self) -> Self {
        self.value.insert("responses".into(), json!({}));
        self
    }

    /// Needs a bearer token.
    pub(super) fn secured(mut self) -> Self {
        self.value.insert("security".into(), json!([{"bearer": []}]));
        self.refuses(&[403])
    }

    /// Takes a JSON body of this schema.
    pub(super) fn body(mut self, schema: &str) -> Self {
        let content = json!({"application/json": {"schema": schema_reference(schema)}});
        self.value.insert("requestBody".into(), json!({"required": true, "content": content}));
        self.refuses(&[400, 413, 415])
    }

    /// Takes this in its path; what does not fit is 400.
    pub(super) fn path_parameter(self, name: &str, schema: &Value) -> Self {
        self.parameter(&json!({"name": name, "in": "path", "required": true, "schema": schema}))
            .refuses(&[400])
    }

    /// Takes this in its query string, or not; what does not fit is 400.
    pub(super) fn query_parameter(self, name: &str, schema: &Value) -> Self {
        self.parameter(&json!({"name": name, "in": "query", "required": false, "schema": schema}))
            .refuses(&[400])
    }

    fn parameter(mut self, parameter: &Value) -> Self {
        let parameters = self.value.entry("parameters").or_insert_with(|| json!([]));
        if let Value::Array(parameters) = parameters {
            parameters.push(parameter.clone());
        }
        self
    }

    /// Answers with JSON of this schema.
    pub(super) fn answers(self, status: u16, what: &str, schema: &str) -> Self {
        let content = json!({"application/json": {"schema": schema_reference(schema)}});
        self.response(
            status,
            &json!({"description": what, "headers": super::responses::common(), "content": content}),
        )
    }

    /// Answers with nothing but the status.
    pub(super) fn done(self, status: u16, what: &str) -> Self {
        self.response(status, &json!({"description": what, "headers": super::responses::common()}))
    }

    /// Answers with JSON of this schema, beside the wall, where requests have no names.
    pub(super) fn shows(self, what: &str, schema: &str) -> Self {
        let content = json!({"application/json": {"schema": schema_reference(schema)}});
        self.response(200, &json!({"description": what, "content": content}))
    }

    /// May refuse with these, each in the error envelope.
    pub(super) fn refuses(self, statuses: &[u16]) -> Self {
        statuses.iter().fold(self, |operation, &status| operation.response(status, &reference(status)))
    }

    fn response(mut self, status: u16, response: &Value) -> Self {
        if let Some(Value::Object(responses)) = self.value.get_mut("responses") {
            responses.insert(status.to_string(), response.clone());
        }
        self
    }
}

fn schema_reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}
