//! The test vectors of `SPEC.md`: computed here, and found there word for word.

use super::header::{Header, HeaderRoom};
use super::wrap::hkdf;
use super::{FileContext, FileKey, Passphrase, PassphraseKdf, Recipient, RingAccess, Stanza};
use crate::kdf::PasswordKdf;
use crate::ring::{KeyRing, Keys};
use stockade_core::{Entropy, EntropyError, Secret};
use stockade_testkit::test_clock;

const SPEC: &str = include_str!("../../SPEC.md");
const FILE_KEY: [u8; 16] = [0x59; 16];

/// Every draw gives this byte, over and over.
#[derive(Debug)]
struct Constant(u8);

impl Entropy for Constant {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        buffer.fill(self.0);
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn assert_in_spec(title: &str, lines: &[(&str, String)]) {
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines: Vec<_> = lines.iter().map(|(name, value)| format!("{name:width$} = {value}")).collect();
    let block = format!("```text\n# {title}\n{}\n```", lines.join("\n"));
    assert!(SPEC.contains(&block), "SPEC.md lacks:\n{block}");
}

fn stanza(owner: &dyn Recipient) -> Stanza {
    owner.wrap(&FileKey::from_bytes(FILE_KEY), &Constant(0x24)).unwrap().remove(0)
}

fn line(stanza: &Stanza) -> String {
    [&[stanza.kind().to_owned()], stanza.args()].concat().join(" ")
}

/// What every stanza of ours shows: the two keys, and the stanza.
fn derived(salt: &[u8], secret: &[u8], info: &[u8], stanza: &Stanza) -> [(&'static str, String); 6] {
    let commitment = hkdf(salt, secret, &[b"commit ", info].concat());
    assert_eq!(stanza.body()[..32], *commitment);
    [
        ("file key", hex(&FILE_KEY)),
        ("info", hex(info)),
        ("wrap key", hex(&*hkdf(salt, secret, &[b"wrap ", info].concat()))),
        ("commitment", hex(&*commitment)),
        ("arguments", line(stanza)),
        ("body", hex(stanza.body())),
    ]
}

#[test]
fn asvs_v11_2_2_the_ring_stanza_is_as_specified() {
    let keys = Keys::new(KeyRing::generate(&Constant(0x42), &test_clock()).unwrap());
    let context = FileContext::new().with("tenant", "acme").with("image", "7");
    let stanza = stanza(&RingAccess::new(keys, context.clone()));
    let wrapping = hkdf(b"stockade key ring v1", &[0x42; 32], b"file wrapping");
    let info = [b"stockade.ring/v1\0\0\0\0\x01", &context.to_bytes()[..]].concat();
    let mut lines = vec![
        ("root secret", hex(&[0x42; 32])),
        ("wrapping key", hex(&*wrapping)),
        ("context", "image=7 tenant=acme".to_owned()),
        ("salt", hex(&[0x24; 32])),
    ];
    lines.extend(derived(&[0x24; 32], &*wrapping, &info, &stanza));
    assert_in_spec("stockade.ring/v1", &lines);
}

#[test]
fn asvs_v11_2_2_the_passphrase_stanzas_are_as_specified() {
    for kdf in
        [PasswordKdf::argon2id(19_456, 2, 1).unwrap(), PasswordKdf::pbkdf2_hmac_sha256(600_000).unwrap()]
    {
        let passphrase = Secret::new("correct horse battery staple".to_owned());
        let password_key = kdf.derive(&passphrase, &[0x24; 16]).unwrap();
        let stanza = stanza(&Passphrase::new(passphrase.clone()).with_kdf(PassphraseKdf::Ours(kdf)));
        let info = format!("{}\0{kdf}", stanza.kind());
        let mut lines = vec![
            ("passphrase", passphrase.expose().clone()),
            ("salt", hex(&[0x24; 16])),
            ("password key", hex(password_key.expose())),
        ];
        lines.extend(derived(&[0x24; 16], password_key.expose(), info.as_bytes(), &stanza));
        assert_in_spec(stanza.kind(), &lines);
    }
}

#[test]
fn the_padded_header_is_as_specified() {
    let kdf = PassphraseKdf::Ours(PasswordKdf::pbkdf2_hmac_sha256(600_000).unwrap());
    let owner = Passphrase::new(Secret::new("correct horse battery staple".to_owned())).with_kdf(kdf);
    let key = FileKey::from_bytes(FILE_KEY);
    let header = Header::wrap(&key, &[&owner], HeaderRoom::Exactly(320), &Constant(0x24)).unwrap();
    assert_eq!(header.len(), 320);
    let block = format!("```text\n{}```", String::from_utf8_lossy(header.as_bytes()));
    assert!(SPEC.contains(&block), "SPEC.md lacks:\n{block}");
}
