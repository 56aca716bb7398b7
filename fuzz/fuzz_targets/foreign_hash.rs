//! A hash of another system is taken over only if what it asks for, by a plain reading of its numbers, is within the caps.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};
use stockade_authn::password::{Argon2Params, HashKind, Password, PasswordHash, PasswordHasher, Peppers};
use stockade_core::SystemEntropy;

static HASHER: LazyLock<PasswordHasher> = LazyLock::new(|| {
    PasswordHasher::new(Argon2Params::insecure_for_tests(), Peppers::none(), Arc::new(SystemEntropy))
        .expect("a hasher")
});

/// What one input may cost here, in the unit of its kind; the caps allow more than a fuzzer has time for.
const BUDGET: u64 = 1024;

fuzz_target!(|text: &str| {
    let Ok(hash) = PasswordHash::import(text.to_owned()) else { return };
    assert_eq!(hash.expose_phc(), text);
    let (kind, fields) =
        (hash.kind().expect("what was imported is of a kind"), text.split('$').collect::<Vec<_>>());
    let work = match kind {
        HashKind::Argon2id => return,
        HashKind::Bcrypt => {
            let cost = number(fields[2]);
            assert!((4..=14).contains(&cost));
            1 << cost
        }
        HashKind::Pbkdf2 => {
            let iterations = number(if text.starts_with('$') { fields[2] } else { fields[1] });
            assert!((1..=2_000_000).contains(&iterations));
            iterations
        }
        HashKind::Scrypt => {
            let (n, r, p) = if text.starts_with('$') {
                let params: Vec<_> = fields[2].split(',').map(number).collect();
                (1 << params[0], params[1], params[2])
            } else {
                (number(fields[1]), number(fields[3]), number(fields[4]))
            };
            assert!(n.is_power_of_two() && n * r * p <= 1 << 20);
            n * r * p
        }
        other => panic!("{other:?} is not fuzzed"),
    };
    assert_eq!(HASHER.needs_rehash(&hash), Ok(true));
    if work <= BUDGET {
        let typed = Password::new("fuzz".to_owned()).expect("short enough");
        let once = HASHER.verify(&typed, Some(&hash)).expect("what was imported can be verified");
        assert_eq!(HASHER.verify(&typed, Some(&hash)), Ok(once));
    }
});

/// The digits of a text as a number.
fn number(text: &str) -> u64 {
    let digits: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a number")
}
