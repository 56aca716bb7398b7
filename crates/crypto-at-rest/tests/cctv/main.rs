//! The C2SP CCTV test kit for age, all of it, through our opener.
//!
//! A file must open to the payload it names, or fail as it says, but for the differences that [`differences`] lists with their
//! reasons. An unlisted difference fails the test, and so does a listed one that no longer differs.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test may, and the lints know only those in functions marked as tests"
)]

mod differences;
mod kit;
mod payload;

use kit::{Expected, Vector};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Read;
use stockade_core::Secret;
use stockade_crypto_at_rest::file::{
    FileError, HeaderError, Identity, KeyTextError, MaybeArmored, Opener, Passphrase, X25519Identity,
};

/// What our opener makes of a vector, in the words of the kit.
struct Outcome {
    found: Expected,
    result: String,
    /// All that was written by then.
    written: Vec<u8>,
    /// All that could be read by then, a chunk at a time.
    read: Vec<u8>,
}

fn open(vector: &Vector) -> Outcome {
    let identities = identities(vector);
    let opener = Opener::new(identities.iter().map(AsRef::as_ref).collect());
    let (mut written, mut read) = (Vec::new(), Vec::new());
    let result = opener.open(&mut &vector.file[..], &mut written);
    let in_order = opener
        .reader(&vector.file[..])
        .and_then(|mut reader| reader.read_to_end(&mut read).map_err(FileError::Read));
    assert_eq!(in_order.is_ok(), result.is_ok(), "{}: both ways of reading agree", vector.name);
    let found = match &result {
        Ok(_) => Expected::Success,
        Err(FileError::Header(HeaderError::NotAge)) if vector.armored && !looks_armored(&vector.file) => {
            Expected::ArmorFailure
        }
        Err(FileError::Armor(_)) => Expected::ArmorFailure,
        // Which of the two it was is not said, so that nobody can ask.
        Err(FileError::Header(HeaderError::Refused)) => Expected::NoMatchOrHmacFailure,
        Err(FileError::Header(_)) => Expected::HeaderFailure,
        Err(FileError::Refused) => Expected::PayloadFailure,
        Err(error) => panic!("{}: {error:?}", vector.name),
    };
    Outcome { found, result: format!("{result:?}"), written, read }
}

fn identities(vector: &Vector) -> Vec<Box<dyn Identity>> {
    let mut identities: Vec<Box<dyn Identity>> = Vec::new();
    for text in &vector.identities {
        match text.parse::<X25519Identity>() {
            Ok(identity) => identities.push(Box::new(identity)),
            Err(KeyTextError::Unsupported) => {}
            Err(error) => panic!("{}: {error}", vector.name),
        }
    }
    for text in &vector.passphrases {
        identities.push(Box::new(Passphrase::new(Secret::new(text.clone()))));
    }
    identities
}

fn looks_armored(file: &[u8]) -> bool {
    matches!(MaybeArmored::detect(file), Ok(MaybeArmored::Armored(_)))
}

#[test]
fn asvs_v11_2_1_the_whole_kit() {
    let Some(kit) = kit::load() else { return };
    let mut counts = BTreeMap::new();
    let mut wrong = Vec::new();
    for vector in &kit {
        let Outcome { found, result, written, read } = open(vector);
        let listed = differences::reason(&vector.name);
        let right = match listed {
            None => found == vector.expected,
            Some(_) => found == Expected::NoMatchOrHmacFailure && found != vector.expected,
        };
        let released = match &vector.payload {
            Some(hash) if listed.is_none() => released_no_more_than(vector, hash, &[&written, &read]),
            _ => read.is_empty() && written.is_empty(),
        };
        if !right || !released {
            let (name, expected) = (&vector.name, vector.expected);
            wrong.push(format!("{name}: expected {expected:?}, released {released}, {listed:?}: {result}"));
        }
        *counts.entry(if listed.is_some() { "listed" } else { found.name() }).or_insert(0) += 1;
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), kit.len(), wrong.join("\n"));
    assert_eq!(kit.len(), 143, "another edition of the kit: look at what is new, then change the number");
    assert_eq!(counts["listed"], differences::COUNT, "{counts:?}");
    assert!(counts["success"] >= 20 && counts["header failure"] >= 50, "{counts:?}");
}

/// The kit names the hash of all that may be released. Where the file opens, that is what we release; of one that fails we release
/// a beginning of it, in chunks that verified: age gives out a last chunk before it knows that nothing follows, we do not.
fn released_no_more_than(vector: &Vector, hash: &str, released: &[&[u8]]) -> bool {
    let named = |text: &[u8]| hex(&Sha256::digest(text)) == hash;
    if vector.expected == Expected::Success {
        return released.iter().all(|text| named(text));
    }
    let beginnings = payload::beginnings(&vector.file, &vector.file_key);
    let Some(most) = beginnings.iter().find(|text| named(text)) else { return false };
    released.iter().all(|text| most.starts_with(text) && beginnings.iter().any(|one| one == text))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
