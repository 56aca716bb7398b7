//! Reading the kit, which lies beside the repository and not in it.

use std::path::Path;

/// One file of the kit.
pub(super) struct Vector {
    pub(super) name: String,
    pub(super) expected: Expected,
    /// SHA-256, in hex, of all plaintext that may be released.
    pub(super) payload: Option<String>,
    pub(super) file_key: Vec<u8>,
    pub(super) identities: Vec<String>,
    pub(super) passphrases: Vec<String>,
    pub(super) armored: bool,
    pub(super) file: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    Success,
    NoMatchOrHmacFailure,
    HeaderFailure,
    ArmorFailure,
    PayloadFailure,
}

impl Expected {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::NoMatchOrHmacFailure => "no match or HMAC failure",
            Self::HeaderFailure => "header failure",
            Self::ArmorFailure => "armor failure",
            Self::PayloadFailure => "payload failure",
        }
    }
}

/// All vectors by name, or `None`, loudly, where the folder is absent.
pub(super) fn load() -> Option<Vec<Vector>> {
    let entries = stockade_testkit::vectors("age")?.read_dir().expect("a readable folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    Some(paths.iter().map(|path| parse(path)).collect())
}

fn parse(path: &Path) -> Vector {
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let bytes = std::fs::read(path).expect("a readable vector");
    let mut rest = &bytes[..];
    let mut expected = None;
    let mut vector = Vector {
        name,
        expected: Expected::Success,
        payload: None,
        file_key: Vec::new(),
        identities: Vec::new(),
        passphrases: Vec::new(),
        armored: false,
        file: Vec::new(),
    };
    let mut compressed = false;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n').expect("an empty line ends the preface");
        let line = std::str::from_utf8(&rest[..end]).expect("a preface of text");
        rest = &rest[end + 1..];
        let Some((key, value)) = line.split_once(": ") else {
            assert!(line.is_empty(), "{line}");
            break;
        };
        match (key, value) {
            ("expect", "success") => expected = Some(Expected::Success),
            ("expect", "no match" | "HMAC failure") => expected = Some(Expected::NoMatchOrHmacFailure),
            ("expect", "header failure") => expected = Some(Expected::HeaderFailure),
            ("expect", "armor failure") => expected = Some(Expected::ArmorFailure),
            ("expect", "payload failure") => expected = Some(Expected::PayloadFailure),
            ("payload", hash) => vector.payload = Some(hash.to_owned()),
            ("identity", text) => vector.identities.push(text.to_owned()),
            ("passphrase", text) => vector.passphrases.push(text.to_owned()),
            ("armored", "yes") => vector.armored = true,
            ("compressed", "zlib") => compressed = true,
            ("file key", hex) => vector.file_key = unhex(hex),
            ("comment", _) => {}
            _ => panic!("{}: `{line}` is new", vector.name),
        }
    }
    vector.expected = expected.expect("an expectation");
    vector.file = match compressed {
        true => miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(rest, 64 << 20).expect("zlib"),
        false => rest.to_vec(),
    };
    vector
}

fn unhex(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("ascii"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hex")).collect()
}
