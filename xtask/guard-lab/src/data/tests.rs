use super::*;

#[test]
fn an_odd_row_is_never_shown() {
    let texts = (0..64).map(|n| Text::new(format!("row {n}")));
    let (odd, even): (Vec<_>, Vec<_>) = texts.partition(|text| text.half() == Half::Odd);
    assert!(!odd.is_empty() && !even.is_empty());
    for text in odd {
        assert_eq!(text.to_read(), None);
        assert_eq!(format!("{text:?}"), "(odd)");
        assert!(text.judge(|text| text.starts_with("row")));
    }
    assert!(even.iter().all(|text| text.to_read().is_some()));
}
