use super::{PhonePlans, Ranges, UnknownRegion};
use crate::pii::{Numbering, NumberingPlan, Pii};
use crate::resolve;
use phonenumber::metadata::DATABASE;
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};

static PLANS: LazyLock<PhonePlans> = LazyLock::new(|| PhonePlans::of(["GB", "US", "SG"]).unwrap());

fn found(pii: &Pii, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    pii.find(text, &mut found);
    resolve(&mut found);
    found
        .iter()
        .filter(|one| one.kind.as_str() == "phone")
        .map(|one| text[one.span.range()].to_owned())
        .collect()
}

#[test]
fn a_number_that_only_a_plan_knows_is_found() {
    let text = "come at eight, 6123 4567 is ours";
    let plans = |region| Pii::new().with_plan(Arc::new(PhonePlans::of([region]).unwrap()));
    assert_eq!(found(&Pii::new(), text), [""; 0]);
    assert_eq!(found(&plans("SG"), text), ["6123 4567"]);
    // Of a country where no number is like that.
    assert_eq!(found(&plans("US"), text), [""; 0]);
}

#[test]
fn digits_that_no_plan_has_are_refused() {
    let strict = PhonePlans::of(["GB"]).unwrap().with_ranges(Ranges::Assigned);
    // A code of no country; too many digits for its country; a range that nobody has.
    for (number, open) in [
        ("+999 1234 5678", Numbering::Unassigned),
        ("+41 44 668 18 00 12", Numbering::Unassigned),
        ("+1 199 555 0100", Numbering::Unknown),
    ] {
        assert_eq!(PLANS.look_up(number), open, "{number}");
        assert_eq!(strict.look_up(number), Numbering::Unassigned, "{number}");
    }
    let text = "part +999 1234 5678 of it";
    assert_eq!(found(&Pii::new(), text), ["+999 1234 5678"]);
    assert_eq!(found(&Pii::new().with_plan(Arc::new(strict)), text), [""; 0]);
}

#[test]
fn numbers_are_read_as_they_are_written() {
    for number in [
        "+41 44 668 18 00",
        "+41 (0)44 668 18 00",
        "0041 44 668 18 00",
        "(+44) 113 496 0000",
        "0113 496 0000",
        "(0113) 496 0000 ext. 12",
        "+44 113 496 0000 x12",
        "+1-202-456-1111",
        "202.456.1111#3",
        "011 41 44 668 18 00",
        "+54 9 11 2345 6789",
    ] {
        assert_eq!(PLANS.look_up(number), Numbering::Assigned, "{number}");
    }
}

#[test]
fn prefixes_of_home_are_taken_off_or_turned() {
    let plans = PhonePlans::of(["AR", "BR"]).unwrap();
    for number in ["011 15 2345 6789", "0 31 85 3222 2222", "085 3222 2222"] {
        assert_eq!(plans.look_up(number), Numbering::Assigned, "{number}");
    }
}

#[test]
fn every_example_of_the_tables_is_assigned() {
    for metadata in DATABASE.iter() {
        let descriptors = metadata.descriptors();
        for sort in [descriptors.fixed_line(), descriptors.mobile()].into_iter().flatten() {
            let Some(example) = sort.example() else { continue };
            let number = format!("+{}{example}", metadata.country_code());
            assert_eq!(PLANS.look_up(&number), Numbering::Assigned, "{}: {number}", metadata.id());
        }
    }
}

#[test]
fn a_region_without_a_plan_is_refused() {
    assert_eq!(PhonePlans::of(["GB", "XX"]).unwrap_err(), UnknownRegion("XX".into()));
    assert!(PhonePlans::of([""; 0]).is_ok());
}

#[test]
fn flood_of_numbers_of_all_countries_is_read() {
    let text: String = (1..2000).map(|nth| format!("+{nth} 234 567 89{:02} ", nth % 100)).collect();
    let mut all = Vec::new();
    Pii::new().with_plan(Arc::new(PhonePlans::of(["US"]).unwrap())).find(&text, &mut all);
    assert!(!all.is_empty() && all.iter().all(|one| text.get(one.span.range()).is_some()));
}

proptest! {
    #[test]
    fn no_text_stops_it(text in ".{0,80}", number in "[+(]{0,2}[0-9 ()./x#-]{0,70}") {
        let _ = (PLANS.look_up(&text), PLANS.look_up(&number));
    }
}
