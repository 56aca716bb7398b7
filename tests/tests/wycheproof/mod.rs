//! Wycheproof's vectors for JSON Web Signatures and Keys, through our verifier.
//!
//! A valid vector must be accepted and an invalid one refused, but for the differences that [`differences`] lists with their reasons. An
//! unlisted difference fails the test, and so does a listed one that no longer differs.

mod differences;
mod vectors;

use differences::reason_to_refuse;
use std::collections::BTreeMap;
use stockade::authn::jose::{KeySet, VerifyingKey};
use vectors::{Expected, Group, Suite};

/// What our verifier makes of one vector: the payload, or the first thing that it minds.
fn verify(group: &Group, jws: &str) -> Result<Vec<u8>, String> {
    let keys = group.keys().into_iter().map(|jwk| VerifyingKey::from_jwk(&jwk));
    let keys = keys.collect::<Result<Vec<_>, _>>().map_err(|error| error.to_string())?;
    let set = KeySet::new(keys).map_err(|error| error.to_string())?;
    set.verify(jws, None).map_err(|error| error.to_string())
}

/// Runs a suite, and gives how many vectors were accepted, refused, and refused for a listed reason.
fn run(suite: &Suite) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    let mut wrong = Vec::new();
    for group in &suite.groups {
        for vector in &group.tests {
            let result = verify(group, &vector.jws);
            let listed = reason_to_refuse(group, vector);
            let verdict = match (vector.result, &result, listed) {
                (Expected::Valid, Ok(payload), None) if vector.has_payload(payload) => "accepted",
                (Expected::Invalid, Err(_), None) => "refused",
                (Expected::Valid, Err(_), Some(_)) => "refused for a listed reason",
                _ => {
                    let id = vector.id;
                    wrong.push(format!(
                        "{id} {} ({:?}): {result:?}, listed: {listed:?}",
                        vector.comment, vector.result
                    ));
                    "wrong"
                }
            };
            *counts.entry(verdict).or_insert(0) += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), suite.name, wrong.join("\n"));
    assert_eq!(counts.values().sum::<usize>(), suite.count, "every vector was tried");
    counts
}

#[test]
fn asvs_v9_1_1_json_web_signatures() {
    let Some(suite) = Suite::load("json_web_signature_test.json") else { return };
    let counts = run(&suite);
    assert!(counts["accepted"] >= 10 && counts["refused"] > 300, "{counts:?}");
}

#[test]
fn asvs_v9_1_2_json_web_keys() {
    let Some(suite) = Suite::load("json_web_key_test.json") else { return };
    let counts = run(&suite);
    assert!(counts["accepted"] >= 3 && counts["refused"] > 15, "{counts:?}");
}
