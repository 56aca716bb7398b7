use super::*;
use std::collections::HashSet;

fn index(fields: &Fields, normal: Normal) -> BlindIndex {
    BlindIndex::new(fields.keys.clone(), NAME, normal)
}

#[test]
fn equal_values_are_found_and_other_tenants_columns_and_rings_have_nothing_in_common() {
    let (fields, acme, other) = (fields(1), acme(), "other".parse().unwrap());
    let wide = index(&fields, Normal::Exact).with_bits(IndexBits::MAX);
    let notes = BlindIndex::new(fields.keys.clone(), Column::new("patients", "notes"), Normal::Exact);
    let theirs = index(&super::fields(2), Normal::Exact).with_bits(IndexBits::MAX);
    let all = [
        wide.of(&acme, "Ada"),
        wide.of(&acme, "ada"),
        wide.of(&acme, ""),
        wide.of(&other, "Ada"),
        wide.of(Tenant::Global, "Ada"),
        wide.of(Tenant::Global, "acmeAda"),
        notes.with_bits(IndexBits::MAX).of(&acme, "Ada"),
        theirs.of(&acme, "Ada"),
        index(&fields, Normal::Trimmed).with_bits(IndexBits::MAX).of(&acme, "Ada"),
    ];
    assert_eq!(all.iter().map(|value| value.unwrap()).collect::<HashSet<_>>().len(), all.len());
    assert_eq!(wide.of(&acme, "Ada"), all[0]);
}

#[test]
fn rotation_keeps_the_index() {
    let (fields, acme) = (fields(1), acme());
    let before = index(&fields, Normal::Exact).of(&acme, "Ada").unwrap();
    let first = fields.keys.current().active().id();
    rotate(&fields);
    destroy(&fields, first);
    assert_eq!(index(&fields, Normal::Exact).of(&acme, "Ada").unwrap(), before);
}

#[test]
fn it_is_cut_to_its_bits_and_another_cut_is_another_index() {
    let (fields, acme) = (fields(1), acme());
    for bits in [8, 9, 20, 32, 63, 64] {
        let index = index(&fields, Normal::Exact).with_bits(IndexBits::new(bits).unwrap());
        let all = (0..200).map(|n| index.of(&acme, &n.to_string()).unwrap().to_bytes());
        let union = all.map(u64::from_be_bytes).fold(0, |union, value| union | value);
        assert_eq!(union, u64::MAX << (64 - u32::from(bits)), "every bit is used and no other");
    }
    let cut = |bits| index(&fields, Normal::Exact).with_bits(bits).of(&acme, "Ada").unwrap().to_bytes();
    assert_ne!(cut(IndexBits::MAX)[..4], cut(IndexBits::default())[..4]);
    assert_eq!([7, 8, 64, 65].map(|bits| IndexBits::new(bits).is_some()), [false, true, true, false]);
}

#[test]
fn a_short_index_finds_other_rows_too_as_often_as_documented() {
    let (fields, acme) = (fields(1), acme());
    let index = index(&fields, Normal::Exact).with_bits(IndexBits::MIN);
    let wanted = index.of(&acme, "Ada").unwrap();
    let found = (0..5000).filter(|n| index.of(&acme, &n.to_string()).unwrap() == wanted).count();
    assert!((2..60).contains(&found), "{found} of about 20");
}

#[test]
fn each_normal_form_joins_what_it_says() {
    let (fields, acme) = (fields(1), acme());
    let joins = |normal, one: &str, two: &str| {
        let index = index(&fields, normal);
        index.of(&acme, one).unwrap() == index.of(&acme, two).unwrap()
    };
    assert!(!joins(Normal::Exact, "Ada", "Ada "));
    assert!(joins(Normal::Trimmed, "Ada", "\u{a0}Ada\n") && !joins(Normal::Trimmed, "Ada", "ada"));
    assert!(joins(Normal::CaseFolded, " ÅDA", "åda") && joins(Normal::CaseFolded, "İ", "i\u{307}"));
    assert!(joins(Normal::Alphanumeric, "MRN-00 42", "mrn0042") && !joins(Normal::Alphanumeric, "12", "123"));
}

#[test]
fn flood_a_long_value_and_a_nameless_column_are_refused() {
    let (fields, acme) = (fields(1), acme());
    let long = "a".repeat(MAX_TEXT + 1);
    assert_eq!(index(&fields, Normal::Exact).of(&acme, &long), Err(FieldError::TooLong { max: MAX_TEXT }));
    let nameless = BlindIndex::new(fields.keys.clone(), Column::new("", ""), Normal::Exact);
    assert_eq!(nameless.of(&acme, "Ada"), Err(FieldError::Context));
}

#[test]
fn its_number_and_its_bytes_are_the_same() {
    let (fields, acme) = (fields(1), acme());
    let value = index(&fields, Normal::Exact).of(&acme, "Ada").unwrap();
    assert_eq!(value.to_i64().to_be_bytes(), value.to_bytes());
}
