use super::*;
use crate::field::envelope::{Aad, Flags};
use std::collections::HashSet;
use stockade_core::{Problem, Seal, SealContext, SealError};

/// What `open` makes of altered bytes, with the errors that are allowed for what an envelope shows to anybody.
fn refused(fields: &Fields, context: &FieldContext<'_>, sealed: &[u8]) -> FieldError {
    fields.open(context, sealed).expect_err("altered bytes do not open")
}

#[test]
fn bit_flip_anywhere_is_refused() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    let sealed = fields.seal(&context, b"Ada Lovelace").unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut altered = sealed.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        let error = refused(&fields, &context, &altered);
        match bit / 8 {
            0 => assert!(matches!(error, FieldError::Unsupported { .. }), "{error:?}"),
            1 => assert!(matches!(error, FieldError::Unsupported { .. } | FieldError::Refused), "{error:?}"),
            2..6 => assert!(matches!(error, FieldError::Key(_)), "{error:?}"),
            _ => assert_eq!(error, FieldError::Refused, "bit {bit}"),
        }
    }
}

#[test]
fn truncation_and_extension_are_refused() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    let sealed = fields.seal(&context, b"Ada Lovelace").unwrap();
    for len in 0..sealed.len() {
        let expected = if len < OVERHEAD { FieldError::NotAnEnvelope } else { FieldError::Refused };
        assert_eq!(refused(&fields, &context, &sealed[..len]), expected);
        assert!(fields.open(&context, &sealed[sealed.len() - len..]).is_err(), "cut at the front");
    }
    for more in [&[0][..], &[0; 16], &sealed] {
        assert_eq!(refused(&fields, &context, &[&sealed, more].concat()), FieldError::Refused);
    }
}

#[test]
fn asvs_v11_3_3_moved_to_another_place_it_does_not_open() {
    let (fields, acme, other) = (fields(1), acme(), "acm".parse().unwrap());
    let sealed = fields.seal(&NAME.row(&acme, "row"), b"Ada").unwrap();
    let elsewhere = [
        ("tenant", NAME.row(&other, "row")),
        ("no tenant", NAME.row(Tenant::Global, "row")),
        ("table", Column::new("patient", "name").row(&acme, "row")),
        ("column", Column::new("patients", "notes").row(&acme, "row")),
        ("names cut elsewhere", Column::new("patientsn", "ame").row(&acme, "row")),
        ("column and row cut elsewhere", Column::new("patients", "namer").row(&acme, "ow")),
        ("row", NAME.row(&acme, "rov")),
        ("longer row", NAME.row(&acme, "row ")),
        ("row as bytes", NAME.row(&acme, b"row")),
        ("deterministic", NAME.danger_deterministic().all_rows(&acme)),
    ];
    for (what, context) in elsewhere {
        assert_eq!(refused(&fields, &context, &sealed), FieldError::Refused, "{what}");
    }
    assert_eq!(fields.open(&NAME.row(&acme, "row"), &sealed).unwrap().expose(), b"Ada");
}

#[test]
fn confusion_a_number_a_text_and_bytes_are_three_rows() {
    let acme = acme();
    let number = i64::from_be_bytes(*b"12345678");
    let contexts = [NAME.row(&acme, number), NAME.row(&acme, "12345678"), NAME.row(&acme, b"12345678")];
    let fields = fields(1);
    for (i, sealed_for) in contexts.iter().enumerate() {
        let sealed = fields.seal(sealed_for, b"Ada").unwrap();
        for (j, context) in contexts.iter().enumerate() {
            assert_eq!(fields.open(context, &sealed).is_ok(), i == j);
        }
    }
}

#[test]
fn confusion_no_two_contexts_are_authenticated_alike() {
    let (acme, a) = (acme(), "a".parse().unwrap());
    let long = "r".repeat(1024);
    let (owner, owner_too) = (["acme", "patients", "name", "7"], ["acme", "7"]);
    let columns = [NAME, Column::new("patient", "sname"), Column::new("a", "a")];
    let mut contexts: Vec<_> = columns
        .iter()
        .flat_map(|column| {
            [
                column.row(&acme, "7"),
                column.row(&acme, 7),
                column.row(&acme, &long[1..]),
                column.row(&acme, &long),
                column.row(&a, "cme7"),
                column.row(Tenant::Global, "7"),
                column.danger_deterministic().all_rows(&acme),
                column.danger_deterministic().all_rows(Tenant::Global),
            ]
        })
        .collect();
    contexts.push(FieldContext::secret(&SealContext::new("acme", &owner)));
    contexts.push(FieldContext::secret(&SealContext::new("acme", &owner[1..])));
    contexts.push(FieldContext::secret(&SealContext::new("", &owner_too)));
    let encoded: HashSet<Vec<u8>> = contexts
        .iter()
        .map(|context| {
            Aad::new(Flags::of(&NAME.row(&acme, 1)), KeyId::from_u32(1), context).as_bytes().to_vec()
        })
        .collect();
    assert_eq!(encoded.len(), contexts.len());
}

#[test]
fn confusion_a_place_without_name_or_row_is_refused() {
    let (fields, acme) = (fields(1), acme());
    let (long, longer) = ("n".repeat(1024), "n".repeat(1025));
    for context in [
        NAME.row(&acme, ""),
        NAME.row(&acme, &b""[..]),
        NAME.row(&acme, &longer),
        Column::new("", "name").row(&acme, 7),
        Column::new("patients", "").row(&acme, 7),
        Column::new("patients", "").danger_deterministic().all_rows(&acme),
    ] {
        assert_eq!(fields.seal(&context, b"Ada"), Err(FieldError::Context));
        assert_eq!(fields.seal_many(&[(context, b"Ada")]), Err(FieldError::Context));
        assert_eq!(fields.open(&context, &[1; 100]), Err(FieldError::Context));
    }
    let context = NAME.row(&acme, &long);
    let sealed = fields.seal(&context, b"Ada").unwrap();
    assert_eq!(fields.open(&context, &sealed).unwrap().expose(), b"Ada");
}

#[test]
fn flood_what_is_too_long_is_refused_before_anything_is_done() {
    let fields = Fields::new(Keys::new(ring(1)), Arc::new(NoEntropy));
    let acme = acme();
    let context = NAME.row(&acme, 7);
    let text = vec![0; MAX_TEXT + 1];
    let too_long = FieldError::TooLong { max: MAX_TEXT };
    assert_eq!(fields.seal(&context, &text), Err(too_long));
    assert_eq!(fields.seal_many(&[(context, b"short"), (context, &text)]), Err(too_long));
    assert_eq!(Problem::from(&too_long).code(), "field_too_large");
    // 2 MiB with a proper header
    let mut sealed = super::fields(1).seal(&context, b"").unwrap();
    sealed.resize(2 * MAX_TEXT, 0);
    assert_eq!(fields.open(&context, &sealed), Err(FieldError::NotAnEnvelope));
}

#[test]
fn the_longest_text_opens_with_every_padding() {
    let (fields, acme) = (fields(1), acme());
    let text = vec![7; MAX_TEXT];
    for padding in [Padding::None, Padding::Block(u16::MAX.try_into().unwrap()), Padding::Padme] {
        let context = NAME.padded(padding).row(&acme, 7);
        let sealed = fields.seal(&context, &text).unwrap();
        assert!(fields.open(&context, &sealed).unwrap().expose() == &text);
    }
}

#[test]
fn asvs_v11_2_2_an_unknown_version_is_named_and_not_tried() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    let mut sealed = fields.seal(&context, b"Ada").unwrap();
    assert_eq!(sealed[0], 1, "an envelope names its algorithm");
    sealed[0] = 2;
    assert_eq!(refused(&fields, &context, &sealed), FieldError::Unsupported { version: 2, flags: 0 });
    (sealed[0], sealed[1]) = (1, 0x80);
    assert_eq!(refused(&fields, &context, &sealed), FieldError::Unsupported { version: 1, flags: 0x80 });
}

#[test]
fn asvs_v11_2_5_the_world_sees_one_failure() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    let sealed = fields.seal(&context, b"Ada").unwrap();
    let internal = Problem::internal();
    for at in [0, 1, 2, 6, 38, 62, sealed.len() - 1] {
        let mut altered = sealed.clone();
        altered[at] ^= 0x81;
        assert_eq!(Problem::from(&refused(&fields, &context, &altered)), internal, "byte {at}");
    }
    assert_eq!(Problem::from(&refused(&fields, &context, b"Ada")), internal);
    // of another room's secret, not even the operator's reasons come through
    let secret = SealContext::new("authn.totp", &["acme", "7"]);
    for bytes in [&b"Ada"[..], &sealed] {
        assert_eq!(Seal::open(&fields, &secret, bytes), Err(SealError::Refused));
    }
}

#[test]
fn confusion_a_secret_of_another_room_is_no_cell() {
    let (fields, acme) = (fields(1), acme());
    let totp = SealContext::new("authn.totp", &["acme", "7"]);
    let sealed = Seal::seal(&fields, &totp, b"secret").unwrap();
    assert_eq!(Seal::open(&fields, &totp, &sealed).unwrap().expose(), b"secret");
    assert_eq!(fields.open(&NAME.row(&acme, 7), &sealed), Err(FieldError::Refused));
    for other in [
        SealContext::new("authn.totp", &["acme", "8"]),
        SealContext::new("authn.totp", &["acme"]),
        SealContext::new("authn.totp", &["acme", "7", ""]),
        SealContext::new("authn.vault", &["acme", "7"]),
    ] {
        assert_eq!(Seal::open(&fields, &other, &sealed), Err(SealError::Refused));
    }
    let long = vec![0; MAX_TEXT + 1];
    assert_eq!(Seal::seal(&fields, &totp, &long), Err(SealError::TooLong));
    let without = Fields::new(Keys::new(ring(1)), Arc::new(NoEntropy));
    assert_eq!(Seal::seal(&without, &totp, b"secret"), Err(SealError::Unavailable));
}

#[test]
fn asvs_v11_3_1_equal_blocks_and_equal_texts_do_not_show() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    let seals: Vec<_> = (0..16).map(|_| fields.seal(&context, &[0; 1024]).unwrap()).collect();
    let blocks: HashSet<_> = seals.iter().flat_map(|sealed| sealed[62..].chunks_exact(16)).collect();
    assert_eq!(blocks.len(), 16 * 65, "64 blocks and a tag each, all different");
}

#[test]
fn without_randomness_nothing_is_sealed() {
    let fields = Fields::new(Keys::new(ring(1)), Arc::new(NoEntropy));
    let acme = acme();
    let error = FieldError::Entropy(stockade_core::EntropyError);
    assert_eq!(fields.seal(&NAME.row(&acme, 7), b"Ada"), Err(error));
    assert_eq!(fields.seal_many(&[(NAME.row(&acme, 7), b"Ada")]), Err(error));
    assert_eq!(Problem::from(&error), Problem::unavailable());
}

#[test]
fn nothing_of_text_or_keys_shows_in_debug() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    let sealed = Sealed::seal(&fields, &context, &String::from("Ada Lovelace")).unwrap();
    let opened = sealed.open(&fields, &context).unwrap();
    let index = BlindIndex::new(fields.keys.clone(), NAME, Normal::Exact);
    let value = index.of(&acme, "Ada Lovelace").unwrap();
    let shown = format!("{fields:?} {sealed:?} {opened:?} {index:?} {value:?} {context:?}");
    let ring = fields.keys.current();
    assert!(!shown.contains("Ada"), "{shown}");
    for key in [ring.active().field_key(), ring.active().deterministic_key(), ring.index_root()] {
        let list = format!("{key:?}");
        assert!(!shown.contains(list.trim_matches(['[', ']'])), "{shown}");
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!shown.to_lowercase().contains(&hex), "{shown}");
    }
    assert_eq!(format!("{sealed:?}"), "Sealed { key: KeyId(1), len: 90 }");
}
