//! Wycheproof's vectors through the calls that seal fields and files, with the back end that is compiled in.

use crate::backend::{ChaCha20Poly1305, Refused, TAG_LEN, xchacha};
use ::wycheproof::TestResult;
use ::wycheproof::aead::{Test, TestName, TestSet};

/// The cipher for the vector's key and nonce, if they have the one length that our types allow.
type Cipher = fn(&Test) -> Option<(ChaCha20Poly1305, [u8; 12])>;

fn plain(test: &Test) -> Option<(ChaCha20Poly1305, [u8; 12])> {
    Some((ChaCha20Poly1305::new(test.key[..].try_into().ok()?), test.nonce[..].try_into().ok()?))
}

fn extended(test: &Test) -> Option<(ChaCha20Poly1305, [u8; 12])> {
    Some(xchacha(test.key[..].try_into().ok()?, test.nonce[..].try_into().ok()?))
}

/// Runs a set, and gives how many vectors opened, were refused, and have a nonce of a length that cannot be said.
fn run(name: TestName, cipher: Cipher) -> [usize; 3] {
    let (mut counts, mut total) = ([0; 3], 0);
    let set = TestSet::load(name).unwrap();
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        total += 1;
        let Some((key, nonce)) = cipher(test) else {
            assert_eq!(test.result, TestResult::Invalid, "{}: {}", test.tc_id, test.comment);
            counts[2] += 1;
            continue;
        };
        let whole = [&test.ct[..], &test.tag[..]].concat();
        let mut opened = whole.clone();
        let result = key.open_in_place(nonce, &test.aad, &mut opened).map(|text| text.to_vec());
        if test.result.must_fail() {
            assert_eq!(result, Err(Refused), "{}: {}", test.tc_id, test.comment);
            counts[1] += 1;
            continue;
        }
        assert_eq!(result.as_deref(), Ok(&test.pt[..]), "{}: {}", test.tc_id, test.comment);
        let mut sealed = [&test.pt[..], &[0; TAG_LEN]].concat();
        key.seal_in_place(nonce, &test.aad, &mut sealed).unwrap();
        assert_eq!(sealed, whole, "{}: {}", test.tc_id, test.comment);
        counts[0] += 1;
    }
    assert_eq!(total, set.number_of_tests, "every vector was tried");
    counts
}

#[test]
fn asvs_v11_3_2_xchacha20_poly1305() {
    let [opened, refused, unsayable] = run(TestName::XChaCha20Poly1305, extended);
    assert!(opened > 200 && refused > 30 && unsayable > 0, "{opened} {refused} {unsayable}");
}

#[test]
fn asvs_v11_3_2_chacha20_poly1305() {
    let [opened, refused, unsayable] = run(TestName::ChaCha20Poly1305, plain);
    assert!(opened > 200 && refused > 30 && unsayable > 0, "{opened} {refused} {unsayable}");
}
