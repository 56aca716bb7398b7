use super::*;
use proptest::prelude::*;

fn padding() -> impl Strategy<Value = Padding> {
    prop_oneof![
        Just(Padding::None),
        Just(Padding::Padme),
        any::<std::num::NonZeroU16>().prop_map(Padding::Block)
    ]
}

proptest! {
    #[test]
    fn what_was_sealed_opens_and_is_as_long_as_said(text: Vec<u8>, row in "\\PC{1,300}", padding in padding()) {
        let (fields, acme) = (fields(1), acme());
        let context = NAME.padded(padding).row(&acme, &row);
        let sealed = fields.seal(&context, &text).unwrap();
        prop_assert_eq!(sealed.len(), OVERHEAD + padding.padded_len(text.len()));
        prop_assert_eq!(sealed.capacity(), sealed.len(), "one allocation");
        let opened = fields.open(&context, &sealed).unwrap();
        prop_assert_eq!(opened.expose(), &text);
    }

    #[test]
    fn bytes_of_anybody_do_not_open(mut bytes: Vec<u8>, header in 0..80_usize) {
        let (fields, acme) = (fields(1), acme());
        let context = NAME.row(&acme, 7);
        prop_assert!(fields.open(&context, &bytes).is_err());
        // behind a good header too
        let sealed = fields.seal(&context, b"Ada").unwrap();
        bytes.splice(0..0, sealed[..header].iter().copied());
        prop_assert!(fields.open(&context, &bytes).is_err());
    }

    #[test]
    fn many_are_sealed_and_opened_as_each_alone(texts in prop::collection::vec(any::<Vec<u8>>(), 0..20)) {
        let (fields, acme) = (fields(1), acme());
        let rows: Vec<_> = (0_i64..).zip(&texts).map(|(row, text)| (NAME.row(&acme, row), &text[..])).collect();
        let sealed = fields.seal_many(&rows).unwrap();
        let cells: Vec<_> = rows.iter().zip(&sealed).map(|((context, _), sealed)| (*context, &sealed[..])).collect();
        for ((opened, text), (context, sealed)) in fields.open_many(&cells).iter().zip(&texts).zip(&cells) {
            prop_assert_eq!(opened.as_ref().unwrap().expose(), text);
            let alone = fields.open(context, sealed).unwrap();
            prop_assert_eq!(alone.expose(), text);
        }
    }
}

#[test]
fn one_bad_cell_of_many_leaves_the_others() {
    let (fields, acme) = (fields(1), acme());
    let (good, other) = (NAME.row(&acme, 1), NAME.row(&acme, 2));
    let sealed = fields.seal(&good, b"Ada").unwrap();
    let opened = fields.open_many(&[(good, &sealed), (other, &sealed), (good, b""), (good, &sealed)]);
    assert_eq!(opened[0].as_ref().unwrap().expose(), b"Ada");
    assert_eq!(opened[1], Err(FieldError::Refused));
    assert_eq!(opened[2], Err(FieldError::NotAnEnvelope));
    assert_eq!(opened[3].as_ref().unwrap().expose(), b"Ada");
}
