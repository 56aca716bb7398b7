//! The vectors of `SPEC.md`, read from it. They were computed by another implementation, from the text of the specification.

use super::*;
use crate::field::envelope::{Aad, Envelope, Flags};
use std::sync::atomic::{AtomicU8, Ordering};
use stockade_core::{Entropy, EntropyError, Seal, SealContext};

fn vector(name: &str) -> Vec<u8> {
    let line = include_str!("../../../SPEC.md").lines().find_map(|line| {
        let (found, hex) = line.strip_prefix("    ")?.split_once(" = ")?;
        (found.trim() == name).then_some(hex)
    });
    let hex = line.unwrap_or_else(|| panic!("SPEC.md has no `{name}`"));
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// 0, 1, 2 and so on, over all calls: what the vectors were drawn from.
#[derive(Debug, Default)]
struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        buffer.iter_mut().for_each(|byte| *byte = self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

/// Root, index root and, for the first field sealed, the nonce.
fn specified() -> Fields {
    let entropy = Counting::default();
    let ring = KeyRing::generate(&entropy, &test_clock()).unwrap();
    Fields::new(Keys::new(ring), Arc::new(entropy))
}

fn holds(context: &FieldContext<'_>, text: &[u8], number: u8) {
    let fields = specified();
    let id = fields.keys.current().active().id();
    let expected = vector(&format!("field.{number}.envelope"));
    let aad = Aad::new(Flags::of(context), id, context);
    assert_eq!(aad.as_bytes(), vector(&format!("field.{number}.aad")));
    assert_eq!(fields.seal(context, text).unwrap(), expected);
    assert_eq!(specified().seal_many(&[(*context, text)]).unwrap(), [expected.as_slice()]);
    assert_eq!(fields.open(context, &expected).unwrap().expose(), text);
}

#[test]
fn asvs_v11_4_1_keys_are_derived_by_sha256_as_specified() {
    let ring = specified().keys.current();
    assert_eq!(ring.active().field_key(), &*vector("field.key"));
    assert_eq!(ring.active().commitment(), &*vector("field.commitment"));
    assert_eq!(ring.active().deterministic_key(), &*vector("field.deterministic"));
    assert_eq!(ring.index_root(), &*vector("field.index-root"));
}

#[test]
fn asvs_v11_3_2_envelopes_are_xchacha20_poly1305_as_specified() {
    let acme = acme();
    let text = b"Ada Lovelace";
    holds(&NAME.row(&acme, "row-7"), text, 1);
    holds(&NAME.padded(Padding::SHORT_TEXT).row(&acme, 7), text, 2);
    holds(&NAME.row(Tenant::Global, &[0, 0xff]), b"", 3);
    holds(&NAME.danger_deterministic().all_rows(&acme), text, 4);
    holds(&FieldContext::secret(&SealContext::new("authn.totp", &["acme", "user-7"])), text, 5);
    let sealed = Seal::seal(&specified(), &SealContext::new("authn.totp", &["acme", "user-7"]), text);
    assert_eq!(sealed.unwrap(), vector("field.5.envelope"));
}

#[test]
fn the_index_is_as_specified() {
    let index = BlindIndex::new(specified().keys, NAME, Normal::Alphanumeric);
    assert_eq!(index.of(&acme(), "MRN-0042").unwrap().to_bytes(), *vector("field.index"));
}

#[test]
fn the_lengths_that_a_reader_refuses_are_as_specified() {
    let spec = include_str!("../../../SPEC.md");
    let thousands = |n: usize| format!("{},{:03},{:03}", n / 1_000_000, n / 1000 % 1000, n % 1000);
    assert!(
        spec.contains(&format!("fewer than {OVERHEAD} bytes or more than {}", thousands(Envelope::MAX_LEN)))
    );
}
