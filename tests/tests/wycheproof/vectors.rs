//! Reading the vectors, which lie beside the repository and not in it.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Deserialize;
use serde_json::Value;

/// One file of vectors.
#[derive(Deserialize)]
pub(super) struct Suite {
    #[serde(skip)]
    pub(super) name: String,
    #[serde(rename = "numberOfTests")]
    pub(super) count: usize,
    #[serde(rename = "testGroups")]
    pub(super) groups: Vec<Group>,
}

/// Vectors with one key, or one set of keys.
#[derive(Deserialize)]
pub(super) struct Group {
    pub(super) comment: String,
    private: Option<Value>,
    public: Option<Value>,
    pub(super) tests: Vec<Vector>,
}

#[derive(Deserialize)]
pub(super) struct Vector {
    #[serde(rename = "tcId")]
    pub(super) id: u32,
    pub(super) comment: String,
    pub(super) jws: String,
    pub(super) result: Expected,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Expected {
    Valid,
    Invalid,
}

impl Suite {
    /// The vectors in `file`, or `None`, loudly, where the folder is absent.
    pub(super) fn load(file: &str) -> Option<Self> {
        let path = stockade_testkit::vectors(&format!("wycheproof/{file}"))?;
        let text = std::fs::read_to_string(path).expect("readable vectors");
        let suite: Self = serde_json::from_str(&text).expect("vectors of a known form");
        Some(Self { name: file.to_owned(), ..suite })
    }
}

impl Group {
    /// The keys as JSON texts; the public ones where there are any.
    pub(super) fn keys(&self) -> Vec<String> {
        let keys = self.verifying();
        match keys.get("keys").and_then(Value::as_array) {
            Some(set) => set.iter().map(Value::to_string).collect(),
            None => vec![keys.to_string()],
        }
    }

    /// The algorithms that the keys say they are for.
    pub(super) fn algorithms(&self) -> Vec<&str> {
        let keys = self.verifying();
        let set =
            keys.get("keys").and_then(Value::as_array).map_or(std::slice::from_ref(keys), Vec::as_slice);
        set.iter().filter_map(|key| key.get("alg")?.as_str()).collect()
    }

    fn verifying(&self) -> &Value {
        self.public.as_ref().or(self.private.as_ref()).expect("a group has a key")
    }
}

impl Vector {
    /// Whether `payload` is what the token carries.
    pub(super) fn has_payload(&self, payload: &[u8]) -> bool {
        self.jws.split('.').nth(1) == Some(&Base64UrlUnpadded::encode_string(payload))
    }
}
