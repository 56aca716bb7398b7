use super::*;

const EMAIL: DeterministicColumn = Column::new("users", "email").danger_deterministic();

#[test]
fn equal_texts_are_equal_within_tenant_and_column_and_nowhere_else() {
    let (fields, acme, other) = (fields(1), acme(), "other".parse().unwrap());
    let sealed = fields.seal(&EMAIL.all_rows(&acme), b"ada@example.org").unwrap();
    let same = |context: &FieldContext<'_>, text: &[u8]| {
        let again = fields.seal(context, text).unwrap();
        // neither whole nor in part
        (again == sealed, again[38..62] == sealed[38..62], again[62..66] == sealed[62..66])
    };
    let column = Column::new("users", "login").danger_deterministic();
    assert_eq!(same(&EMAIL.all_rows(&acme), b"ada@example.org"), (true, true, true));
    assert_eq!(same(&EMAIL.all_rows(&acme), b"ada@example.com"), (false, false, false));
    assert_eq!(same(&EMAIL.all_rows(&other), b"ada@example.org"), (false, false, false));
    assert_eq!(same(&EMAIL.all_rows(Tenant::Global), b"ada@example.org"), (false, false, false));
    assert_eq!(same(&column.all_rows(&acme), b"ada@example.org"), (false, false, false));
    let other_ring = super::fields(2).seal(&EMAIL.all_rows(&acme), b"ada@example.org").unwrap();
    assert_ne!(other_ring[38..], sealed[38..]);
}

#[test]
fn it_opens_without_randomness_and_through_the_batch() {
    let fields = Fields::new(Keys::new(ring(1)), Arc::new(NoEntropy));
    let acme = acme();
    let context = EMAIL.all_rows(&acme);
    let sealed = fields.seal(&context, b"ada@example.org").unwrap();
    assert_eq!(fields.open(&context, &sealed).unwrap().expose(), b"ada@example.org");
    let mixed = super::fields(1).seal_many(&[(NAME.row(&acme, 1), b"Ada"), (context, b"ada@example.org")]);
    assert_eq!(mixed.unwrap()[1], sealed);
}

#[test]
fn downgrade_neither_mode_opens_as_the_other() {
    let (fields, acme) = (fields(1), acme());
    let column = Column::new("users", "email");
    let random = fields.seal(&column.row(&acme, 7), b"ada@example.org").unwrap();
    let fixed = fields.seal(&EMAIL.all_rows(&acme), b"ada@example.org").unwrap();
    assert_eq!((random[1], fixed[1]), (0, 2));
    for flags in 0..4 {
        let (mut random, mut fixed) = (random.clone(), fixed.clone());
        (random[1], fixed[1]) = (flags, flags);
        assert_eq!(fields.open(&EMAIL.all_rows(&acme), &random), Err(FieldError::Refused), "{flags}");
        assert_eq!(fields.open(&column.row(&acme, 7), &fixed), Err(FieldError::Refused), "{flags}");
    }
}

#[test]
fn nonce_reuse_texts_of_one_padded_length_have_their_own_nonces() {
    let (fields, acme) = (fields(1), acme());
    let column = |padding| Column::new("users", "email").padded(padding).danger_deterministic();
    let short = fields.seal(&column(Padding::SHORT_TEXT).all_rows(&acme), b"a").unwrap();
    let zero = fields.seal(&column(Padding::SHORT_TEXT).all_rows(&acme), b"a\0").unwrap();
    let wide = Padding::Block(128.try_into().unwrap());
    let wide = fields.seal(&column(wide).all_rows(&acme), b"a").unwrap();
    assert_ne!(short[38..62], zero[38..62]);
    assert_ne!(short[38..62], wide[38..62], "one nonce for two padded texts would show how they differ");
}

#[test]
fn it_is_resealed_to_the_active_key_and_equal_again() {
    let (fields, acme) = (fields(1), acme());
    let context = EMAIL.all_rows(&acme);
    let old = fields.seal(&context, b"ada@example.org").unwrap();
    rotate(&fields);
    let new = fields.seal(&context, b"ada@example.org").unwrap();
    assert_ne!(old, new);
    assert_eq!(fields.reseal(&context, &old), Ok(Reseal::Resealed(new.clone())));
    assert_eq!(fields.reseal(&context, &new), Ok(Reseal::Current));
}
