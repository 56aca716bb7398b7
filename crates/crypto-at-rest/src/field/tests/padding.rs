use super::*;
use crate::field::padding::MAX_PADDED;
use std::num::NonZeroU16;

fn sealed_len(fields: &Fields, padding: Padding, text: usize) -> usize {
    let acme = acme();
    fields.seal(&NAME.padded(padding).row(&acme, 7), &vec![1; text]).unwrap().len()
}

#[test]
fn a_block_hides_every_length_within_it() {
    let fields = fields(1);
    for text in 0..=60 {
        assert_eq!(sealed_len(&fields, Padding::SHORT_TEXT, text), OVERHEAD + 64, "{text}");
    }
    assert_eq!(sealed_len(&fields, Padding::SHORT_TEXT, 61), OVERHEAD + 128);
}

#[test]
fn padme_shows_few_lengths_and_costs_at_most_an_eighth() {
    let lengths: Vec<_> = (0..100_000).map(|text| Padding::Padme.padded_len(text)).collect();
    assert!(lengths.is_sorted());
    for (text, padded) in lengths.iter().enumerate() {
        let with_length = text + 4;
        assert!(*padded >= with_length && padded - with_length <= with_length / 8, "{text}: {padded}");
    }
    let mut shown = lengths;
    shown.dedup();
    assert!(shown.len() < 200, "{} lengths show of 100,000", shown.len());
}

/// The paper's own examples: section 4, figure 3 and the reference code.
#[test]
fn padme_is_the_papers() {
    for (len, padded) in [(9, 10), (17, 18), (100, 104), (1000, 1024), (1025, 1088), (65_537, 67_584)] {
        assert_eq!(Padding::Padme.padded_len(len - 4), padded, "{len}");
    }
}

#[test]
fn no_padding_is_longer_than_the_longest() {
    for text in [0, 1, 100, 65_532, MAX_TEXT - 70_000, MAX_TEXT - 5, MAX_TEXT - 4, MAX_TEXT - 3, MAX_TEXT] {
        for padding in [Padding::None, Padding::Padme, Padding::SHORT_TEXT, Padding::Block(NonZeroU16::MAX)] {
            assert!(padding.padded_len(text) <= MAX_PADDED, "{padding:?} {text}");
        }
    }
}

#[test]
fn an_empty_text_differs_from_none_but_in_no_length() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.padded(Padding::SHORT_TEXT).row(&acme, 7);
    let sealed = fields.seal(&context, b"").unwrap();
    assert_eq!(fields.open(&context, &sealed).unwrap().expose(), b"");
    assert_eq!(sealed.len(), OVERHEAD + 64);
}

#[test]
fn confusion_the_padded_flag_is_authenticated() {
    let (fields, acme) = (fields(1), acme());
    let context = NAME.row(&acme, 7);
    // a text that would also be well-formed with padding
    let mut sealed = fields.seal(&context, &[0; 64]).unwrap();
    sealed[1] = 1;
    assert_eq!(fields.open(&context, &sealed), Err(FieldError::Refused));
}

#[test]
fn only_zeros_are_padding() {
    use crate::field::padding::{fill, text_len};
    let mut padded = b"Ada".to_vec();
    fill(&mut padded, 3, 64);
    assert_eq!((padded.len(), text_len(&padded)), (64, Some(3)));
    padded[10] = 1;
    assert_eq!(text_len(&padded), None);
    for broken in [&b""[..], &[0; 3], &[0, 0, 0, 1], &[255; 64]] {
        assert_eq!(text_len(broken), None);
    }
}
