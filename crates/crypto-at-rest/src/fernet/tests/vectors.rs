//! The vectors of the Fernet specification.

use super::super::{Fernet, FernetError, FernetStreamError};
use serde_json::Value;
use std::io::Cursor;
use std::time::Duration;
use stockade_core::{ManualClock, UnixMillis};

/// The vectors in `file`, or `None`, loudly, where the folder is absent.
fn load(file: &str) -> Option<Vec<Value>> {
    let path = stockade_testkit::vectors(&format!("fernet/{file}"))?;
    let text = std::fs::read_to_string(path).expect("readable vectors");
    Some(serde_json::from_str(&text).expect("vectors of a known form"))
}

/// The vectors' times, all of one evening: `1985-10-26T01:20:01-07:00`.
fn seconds(vector: &Value) -> u64 {
    let text = vector["now"].as_str().unwrap();
    let time = text.strip_prefix("1985-10-26T").and_then(|text| text.strip_suffix("-07:00")).unwrap();
    let midnight = 499_132_800 + 7 * 3600;
    time.split(':').fold(0, |sum, part| sum * 60 + part.parse::<u64>().unwrap()) + midnight
}

/// What both ways of opening say, which must be the same.
fn open(vector: &Value) -> Result<Vec<u8>, FernetError> {
    let fernet = Fernet::new(vector["secret"].as_str().unwrap().parse().unwrap());
    let clock = ManualClock::at(UnixMillis::from_secs(seconds(vector)));
    let ttl = vector["ttl_sec"].as_u64().map(Duration::from_secs);
    let token = vector["token"].as_str().unwrap();
    let whole = fernet.open(token, ttl, &clock).map(|text| text.expose().clone());
    let mut streamed = Vec::new();
    match fernet.open_reader(&mut Cursor::new(token), &mut streamed, ttl, &clock) {
        Ok(len) => assert_eq!((Ok(&streamed), len), (whole.as_ref(), streamed.len() as u64)),
        Err(FernetStreamError::Token(error)) => assert_eq!(Err(error), whole),
        Err(error) => panic!("{error}"),
    }
    whole
}

#[test]
fn asvs_v11_2_1_the_specifications_tokens_open() {
    for file in ["generate.json", "verify.json"] {
        for vector in load(file).unwrap_or_default() {
            assert_eq!(open(&vector).unwrap(), vector["src"].as_str().unwrap().as_bytes());
        }
    }
}

#[test]
fn asvs_v11_2_5_the_specifications_bad_tokens_are_refused_alike() {
    let Some(vectors) = load("invalid.json") else { return };
    assert_eq!(vectors.len(), 8);
    for vector in vectors {
        let expected = match vector["desc"].as_str().unwrap() {
            "far-future TS (unacceptable clock skew)" => FernetError::FromTheFuture,
            "expired TTL" => FernetError::Expired,
            _ => FernetError::Refused,
        };
        assert_eq!(open(&vector), Err(expected), "{}", vector["desc"]);
    }
}
