use super::{each_holds, found, found_by, none_holds_anything};
use crate::pii::{Numbering, NumberingPlan, Pii};
use std::sync::Arc;

#[test]
fn with_a_country_code() {
    each_holds(
        "phone",
        &[
            "⟦+1 202 555 0143⟧",
            "⟦+1-202-555-0143 ext. 12⟧.",
            "⟦+12025550143⟧",
            "(⟦+44 20 7946 0958⟧)",
            "⟦+44 (0)20 7946 0958⟧",
            "⟦+49 30 901820⟧",
            "⟦+91 98765 43210⟧",
            "⟦0044 20 7946 0958⟧",
            "⟦001-202-555-0143⟧",
            "⟦+353 20 915 6868⟧, or",
            "tel:⟦+12025550143⟧",
        ],
    );
    none_holds_anything(&["+5 points", "a+12025550143456", "+999", "2 +1234", "+1 202 555"]);
}

#[test]
fn as_written_at_home() {
    each_holds(
        "phone",
        &[
            "⟦(202) 555-0143⟧",
            "⟦202-555-0143⟧,",
            "⟦202.555.0143x1234⟧",
            "⟦1-800-555-0143⟧",
            "⟦020 7946 0958⟧",
            "⟦07700 900123⟧",
            "⟦06 12 34 56 78⟧",
            "⟦0612345678⟧",
            "⟦030/90182000⟧",
            "⟦612 345 678⟧",
            "⟦98765 43210⟧",
            "⟦555-0143⟧",
            "fax/⟦202.555.0143⟧ or",
        ],
    );
}

#[test]
fn words_beside_a_number_decide() {
    each_holds(
        "phone",
        &[
            "call me at ⟦2025550143⟧",
            "Phone:\n⟦555 0143⟧",
            "⟦2025550143⟧ (mobile)",
            "my cell is ⟦20 25550143⟧",
            "Order 77, call ⟦2025550143⟧",
            "⟦2025550143⟧-Fax",
        ],
    );
    none_holds_anything(&[
        "order 2025550143",
        "invoice 202-555-0143",
        "2025550143",
        "account no. 612 345 678",
        "pop. 1 234 567",
        "costs 12 345 678",
        "12345-6789",
        "555 0143",
        "430 89082",
        "ISBN 978-3-16-148410-0",
        "1,234,567 calls",
        "202-555-0143-99",
        "A-202-555-0143",
        "550e8400-e29b-41d4-a716-446655440000",
        "call 5 people in 3 days",
    ]);
    assert_eq!(found("https://example.org/202-555-0143").len(), 1, "the address alone");
}

#[derive(Debug)]
struct Says(Numbering);

impl NumberingPlan for Says {
    fn look_up(&self, _: &str) -> Numbering {
        self.0
    }
}

#[test]
fn a_plan_refuses_what_no_telephone_can_have_and_knows_more() {
    let by = |numbering, text| found_by(&Pii::new().with_plan(Arc::new(Says(numbering))), text).len();
    assert_eq!(by(Numbering::Unassigned, "+1 202 555 0143"), 0);
    assert_eq!(
        by(Numbering::Unassigned, "202-555-0143"),
        1,
        "it may be of a country that the plan does not know"
    );
    assert_eq!(by(Numbering::Assigned, "2025550143"), 1);
    assert_eq!(by(Numbering::Unknown, "2025550143"), 0);
    assert_eq!(by(Numbering::Assigned, "order 2025550143"), 0);
}
