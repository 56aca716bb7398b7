//! Tokens of Python's `cryptography`, by whom most of those in the world were made.

use super::super::Fernet;
use super::{bytes, clock, key, sample};
use ::base64ct::{Base64Url, Encoding};
use std::io::{Cursor, Write};
use std::process::Command;

const SCRIPT: &str = "
import sys
from cryptography.fernet import Fernet, MultiFernet
new, old, path = sys.argv[1:]
text = open(path, 'rb').read()
open(path + '.new', 'wb').write(MultiFernet([Fernet(new), Fernet(old)]).encrypt(text))
open(path + '.old', 'wb').write(Fernet(old).encrypt(text))
";

/// Whether Python and its `cryptography` are here; loud where not, and an error on the machine that is meant to have them.
fn python() -> bool {
    let found = Command::new("python3").args(["-c", "import cryptography.fernet"]).output();
    let found = found.is_ok_and(|output| output.status.success());
    let required = std::env::var_os("STOCKADE_REQUIRE_VECTORS").is_some_and(|value| value == "1");
    assert!(found || !required, "python3 has no `cryptography`");
    if !found {
        let _ = writeln!(std::io::stderr(), "python3 has no `cryptography`: NOTHING WAS TESTED");
    }
    found
}

#[test]
fn asvs_v11_2_2_pythons_tokens_open_with_both_ways_and_both_keys() {
    if !python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let reader = Fernet::new(key(1)).with_fallbacks([key(2)]).unwrap();
    for len in [0, 1, 15, 16, 17, 1000, (5 << 20) + 3] {
        let path = folder.path().join("text");
        std::fs::write(&path, sample(len)).unwrap();
        let keys = [1, 2].map(|n| Base64Url::encode_string(&bytes(n)));
        let made = Command::new("python3").arg("-c").arg(SCRIPT).args(&keys).arg(&path).status().unwrap();
        assert!(made.success());
        for name in ["text.new", "text.old"] {
            let token = std::fs::read(folder.path().join(name)).unwrap();
            assert!(*reader.open(&token, None, &clock()).unwrap().expose() == sample(len), "{name}, {len}");
            let mut streamed = Vec::new();
            reader.open_reader(&mut Cursor::new(&token), &mut streamed, None, &clock()).unwrap();
            assert!(streamed == sample(len), "{name}, {len}");
        }
    }
}
