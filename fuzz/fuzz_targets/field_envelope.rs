//! Bytes open as a field only if they are, byte for byte, one that was sealed, and only in its place.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};
use stockade_core::{Entropy, EntropyError, ManualClock, TenantId, UnixMillis};
use stockade_crypto_at_rest::field::{Column, Fields, Padding, Sealed};
use stockade_crypto_at_rest::ring::{KeyRing, Keys};

const NAME: Column = Column::new("patients", "name");
const PADDED: Column = NAME.padded(Padding::SHORT_TEXT);
const TEXT: &str = "Ada Lovelace";

static ACME: LazyLock<TenantId> = LazyLock::new(|| "acme".parse().expect("a tenant"));
static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    let clock = ManualClock::at(UnixMillis::from_secs(1_700_000_000));
    Fields::new(Keys::new(KeyRing::generate(&Fixed, &clock).expect("entropy")), Arc::new(Fixed))
});

/// A plain, a padded and a deterministic envelope.
static SEALED: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| {
    let places = [NAME.row(&*ACME, 7), PADDED.row(&*ACME, 7), NAME.danger_deterministic().all_rows(&*ACME)];
    places.map(|place| FIELDS.seal_str(&place, TEXT).expect("sealed"))
});

#[derive(Debug)]
struct Fixed;

impl Entropy for Fixed {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        buffer.fill(4);
        Ok(())
    }
}

fuzz_target!(|input: (u8, u16, Vec<u8>)| {
    let (which, keep, tail) = input;
    // what the fuzzer wrote, behind a part of a good envelope so that it gets past the header
    let good = &SEALED[usize::from(which) % SEALED.len()];
    let mut bytes = good[..usize::from(keep).min(good.len())].to_vec();
    bytes.extend(tail);

    let sealed = SEALED.iter().position(|sealed| *sealed == bytes);
    let opens = |place| FIELDS.open_str(&place, &bytes).map(|text| assert_eq!(text.expose(), TEXT)).is_ok();
    assert_eq!(opens(NAME.row(&*ACME, 7)), matches!(sealed, Some(0 | 1)));
    assert_eq!(opens(NAME.danger_deterministic().all_rows(&*ACME)), sealed == Some(2));
    assert!(!opens(NAME.row(&*ACME, 8)), "another row");
    let _ = FIELDS.freshness(&bytes);

    if let Ok(cell) = Sealed::<String>::try_from(bytes.clone()) {
        let json = serde_json::to_string(&cell).expect("JSON");
        assert_eq!(serde_json::from_str::<Sealed<String>>(&json).expect("its own JSON"), cell);
        assert_eq!(cell.key().as_u32().to_be_bytes(), bytes[2..6]);
        assert_eq!(Vec::from(cell), bytes);
    }
});
