use super::*;
use crate::ring::KeyError;

#[test]
fn asvs_v11_2_4_another_key_of_the_same_id_is_refused_by_its_commitment() {
    let (ours, theirs, acme) = (fields(1), fields(2), acme());
    let context = NAME.row(&acme, 7);
    let sealed = ours.seal(&context, b"Ada").unwrap();
    assert_eq!(ours.keys.current().active().id(), theirs.keys.current().active().id());
    assert_eq!(theirs.open(&context, &sealed), Err(FieldError::Refused));
    assert_eq!(theirs.freshness(&sealed), Err(FieldError::Refused));
    assert_eq!(theirs.reseal(&context, &sealed), Err(FieldError::Refused));
}

/// A cipher that does not commit would open under the key whose commitment is put in; ours does not look at it before.
#[test]
fn asvs_v11_4_3_the_commitment_has_256_bits_and_every_one_counts() {
    let (ours, theirs, acme) = (fields(1), fields(2), acme());
    let context = NAME.row(&acme, 7);
    let mut sealed = ours.seal(&context, b"Ada").unwrap();
    let commitment = *ours.keys.current().active().commitment();
    assert_eq!(sealed[6..38], commitment);
    for bit in 0..256 {
        sealed[6 + bit / 8] ^= 1 << (bit % 8);
        assert_eq!(ours.open(&context, &sealed), Err(FieldError::Refused), "bit {bit}");
        sealed[6 + bit / 8] ^= 1 << (bit % 8);
    }
    // the right commitment for the wrong key does not open either
    sealed[6..38].copy_from_slice(theirs.keys.current().active().commitment());
    assert_eq!(theirs.open(&context, &sealed), Err(FieldError::Refused));
}

/// A tag of which only some bytes were compared would be forged in fewer than 2¹²⁸ tries.
#[test]
fn asvs_v11_2_3_every_one_of_the_128_bits_of_a_tag_counts() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    let sealed = fields.seal(&context, b"").unwrap();
    assert_eq!(sealed.len(), OVERHEAD, "behind the header there is only the tag");
    for bit in 0..128 {
        let mut forged = sealed.clone();
        forged[OVERHEAD - 16 + bit / 8] ^= 1 << (bit % 8);
        assert_eq!(fields.open(&context, &forged), Err(FieldError::Refused), "bit {bit}");
    }
}

#[test]
fn an_older_key_opens_and_the_active_one_seals() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    let old = fields.seal(&context, b"Ada").unwrap();
    let first = fields.keys.current().active().id();
    assert_eq!(fields.freshness(&old), Ok(Freshness::Current));
    let second = rotate(&fields);
    assert_eq!(fields.freshness(&old), Ok(Freshness::Stale { key: first }));
    assert_eq!(fields.open(&context, &old).unwrap().expose(), b"Ada");
    let new = Sealed::<Vec<u8>>::try_from(fields.seal(&context, b"Ada").unwrap()).unwrap();
    assert_eq!(new.key(), second);
}

#[test]
fn asvs_v11_2_2_resealing_moves_to_the_active_key_once() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    let old = fields.seal(&context, b"Ada").unwrap();
    assert_eq!(fields.reseal(&context, &old), Ok(Reseal::Current));
    rotate(&fields);
    let Reseal::Resealed(new) = fields.reseal(&context, &old).unwrap() else { panic!("it was stale") };
    assert_eq!(fields.freshness(&new), Ok(Freshness::Current));
    assert_eq!(fields.open(&context, &new).unwrap().expose(), b"Ada");
    assert_eq!(fields.reseal(&context, &new), Ok(Reseal::Current));
    assert_eq!(fields.reseal(&NAME.row(&acme, 8), &old), Err(FieldError::Refused), "of another row");
}

#[test]
fn resealing_pads_what_its_column_pads_now() {
    let (fields, acme) = (fields(1), acme());
    let (plain, padded) = (NAME.row(&acme, 7), NAME.padded(Padding::SHORT_TEXT).row(&acme, 7));
    let old = fields.seal(&plain, b"Ada").unwrap();
    assert_eq!(fields.open(&padded, &old).unwrap().expose(), b"Ada", "what was not padded opens");
    let Reseal::Resealed(new) = fields.reseal(&padded, &old).unwrap() else { panic!("it was not padded") };
    assert_eq!(new.len(), OVERHEAD + 64);
    assert_eq!(fields.reseal(&padded, &new), Ok(Reseal::Current));
    assert_eq!(fields.open(&plain, &new).unwrap().expose(), b"Ada", "the envelope says that it is padded");
}

#[test]
fn asvs_v14_2_7_a_destroyed_key_takes_its_fields_along() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    let (erased, first) = (fields.seal(&context, b"Ada").unwrap(), fields.keys.current().active().id());
    rotate(&fields);
    let kept = fields.seal(&context, b"Ada").unwrap();
    destroy(&fields, first);
    let gone = FieldError::Key(KeyError::Destroyed(first));
    assert_eq!(fields.open(&context, &erased), Err(gone));
    assert_eq!(fields.reseal(&context, &erased), Err(gone));
    assert_eq!(fields.open_many(&[(context, &erased)]), [Err(gone)]);
    assert_eq!(fields.open(&context, &kept).unwrap().expose(), b"Ada");
}

#[test]
fn a_key_that_the_ring_never_had_is_named_to_the_operator() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    let mut sealed = fields.seal(&context, b"Ada").unwrap();
    sealed[2..6].copy_from_slice(&77_u32.to_be_bytes());
    let unknown = FieldError::Key(KeyError::Unknown(KeyId::from_u32(77)));
    assert_eq!(fields.open(&context, &sealed), Err(unknown));
}
